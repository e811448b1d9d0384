//! What the macro makes of a bridge, token by token.

use backstop_syntax::expand;
use proc_macro2::{Group, TokenStream, TokenTree};

/// The expansion of a module, without the check that it has been built, and without spaces.
fn expanded(args: &str, module: &str) -> String {
    let tokens = plain(&expand(args.parse().unwrap(), module.parse().unwrap()).to_string());
    let check = tokens.find("const_:()=::core::assert!").unwrap_or(tokens.len());
    tokens[..check].to_owned()
}

fn plain(source: &str) -> String {
    let tokens = source.parse::<TokenStream>().unwrap().to_string();
    tokens.split_whitespace().collect()
}

/// What follows the imports in the facade of a bridge with one block.
fn wrapper(block: &str) -> String {
    let all = expanded("", &format!("mod ffi {{ unsafe extern \"C++\" {{ {block} }} }}"));
    let (_, facade) = all.split_once("pubusesuper::__backstop_ffi::*;").expect("a facade");
    facade.strip_suffix('}').expect("the end of the facade").to_owned()
}

fn site(path: &str, line: u32) -> String {
    site_with("Unwind", path, line)
}

fn site_with(recover: &str, path: &str, line: u32) -> String {
    site_in("DOMAIN", recover, path, line, "")
}

fn site_in(domain: &str, recover: &str, path: &str, line: u32, within: &str) -> String {
    format!(
        "{{
            static SITE: ::backstop::Site = ::backstop::Site::__new(
                ::core::concat!(::core::module_path!(), \"{path}\\0\"),
                ::core::concat!(::core::file!(), \"\\0\"),
                {line}u32,
                ::backstop::__private::Recover::{recover},
                &{domain},
            ){within};
            ::backstop::__private::enter(&SITE)?;
        }}"
    )
}

fn domain(on_torn: &str) -> String {
    format!(
        "/// The domain of this bridge: whether its guarded functions may be called.
        #[allow(dead_code)]
        pub static DOMAIN: ::backstop::Domain = ::backstop::Domain::__new(
            ::core::concat!(::core::module_path!(), \"\\0\"),
            ::backstop::OnTorn::{on_torn}
        );"
    )
}

#[test]
fn without_guards_it_is_a_cxx_bridge() {
    let module = "/// Docs.\n pub(crate) unsafe mod ffi { #![allow(y)] extern \"Rust\" { type T; } }";
    let attribute = "#[::cxx::bridge(namespace = \"a\")]";
    assert_eq!(expanded("namespace = \"a\"", module), plain(&format!("{attribute} {module}")));
}

#[test]
fn with_guards_it_is_two_modules() {
    let module = r#"
        /// The bridge.
        #[cfg(x)]
        pub mod ffi {
            //! More.
            struct Shared { field: u8 }
            extern "Rust" { #[cfg(y)] type Mine; }
            unsafe extern "C++" {
                include!("a.h");
                fn plain() -> Result<()>;
                /// Docs.
                #[guard]
                #[must_use]
                #[allow(z)]
                #[cxx_name = "inCxx"]
                #[rust_name = "in_rust"]
                fn other(x: &[u8]) -> Result<()>;
            }
        }"#;
    let site = site("::in_rust", 17);
    let domain = domain("Refuse");
    let two = format!(
        r#"
        #[::cxx::bridge(namespace = "a")]
        #[cfg(x)]
        mod __backstop_ffi {{
            //! More.
            struct Shared {{ field: u8 }}
            extern "Rust" {{ #[cfg(y)] type Mine; }}
            unsafe extern "C++" {{
                include!("a.h");
                fn plain() -> Result<()>;
                #[allow(z)]
                #[cxx_name = "inCxx"]
                #[rust_name = "__backstop_build_in_rust"]
                #[doc(hidden)]
                fn other(x: &[u8]) -> Result<()>;
            }}
        }}
        /// The bridge.
        #[cfg(x)]
        /// More.
        #[allow(non_snake_case)]
        pub mod ffi {{
            {domain}
            #[allow(unused_imports)]
            pub use super::__backstop_ffi::*;
            #[allow(unused_imports)]
            pub use super::__backstop_ffi::Shared;
            #[cfg(y)]
            #[allow(unused_imports)]
            use super::Mine;
            /// Docs.
            #[must_use]
            #[allow(z)]
            #[inline]
            pub fn in_rust<>(x: &[u8]) -> ::core::result::Result<(), ::backstop::Error> {{
                {site}
                ::backstop::__private::result(super::__backstop_ffi::__backstop_build_in_rust(x))
            }}
        }}"#
    );
    // The condition is also that of the check that follows.
    assert_eq!(expanded("namespace = \"a\"", module), plain(&two) + "#[cfg(x)]");
}

#[test]
fn builtin_names_are_spelt_out() {
    let wrapper = wrapper(
        "#[guard] unsafe fn f<'Box>(a: UniquePtr<CxxVector<CxxString>>, b: Vec<String>, c: &'Box str, d: *const c_char,
             e: unsafe fn(Box<T>) -> SharedPtr<U>, mut g: Pin<&mut V>, _: [u8; 4]) -> Result<WeakPtr<W>>;",
    );
    let signature = "pub unsafe fn f<'Box>(
        a: ::cxx::UniquePtr<::cxx::CxxVector<::cxx::CxxString>>, b: ::cxx::alloc::vec::Vec<::cxx::alloc::string::String>,
        c: &'Box str, d: *const ::core::ffi::c_char, e: fn(::cxx::alloc::boxed::Box<T>) -> ::cxx::SharedPtr<U>,
        g: ::core::pin::Pin<&mut V>, arg6: [u8; 4]
    ) -> ::core::result::Result<::cxx::WeakPtr<W>, ::backstop::Error>";
    assert!(wrapper.contains(&plain(signature)), "{wrapper}");
    let call = "unsafe { super::__backstop_ffi::__backstop_build_f(a, b, c, d, e, g, arg6) }";
    assert!(wrapper.contains(&plain(call)), "{wrapper}");
}

#[test]
fn methods_go_into_an_impl() {
    let site = site("::T::f", 1);
    let wrapper = wrapper("type T; #[guard] fn f(self: Pin<&mut Self>, x: i32) -> Result<i32>;");
    let expected = format!(
        "#[allow(unused_imports)]
        pub use super::__backstop_ffi::T;
        impl<> T<> {{
            #[inline]
            pub fn f<>(self: ::core::pin::Pin<&mut Self>, x: i32) -> ::core::result::Result<i32, ::backstop::Error> {{
                {site}
                ::backstop::__private::result(Self::__backstop_build_f(self, x))
            }}
        }}"
    );
    assert_eq!(wrapper, plain(&expected));
}

#[test]
fn lifetimes_go_where_the_type_needs_them() {
    let cases = [
        ("type T<'x>; #[guard] fn f(&self) -> Result<()>;", "impl<> T<'_>", "f<>(&self)"),
        ("type T<'x>; #[guard] fn f<'a>(self: &'a T<'_>) -> Result<()>;", "impl<> T<'_>", "f<'a>(&'a self)"),
        (
            "type T<'x>; #[guard] fn f<'a, 'b>(self: &'a T<'b>) -> Result<()>;",
            "impl<'b> T<'b>",
            "f<'a>(&'a self)",
        ),
        (
            "type T<'x>; #[guard] #[Self = \"T\"] fn f<'a>(x: &'a u8) -> Result<()>;",
            "impl<> T<'_>",
            "f<'a>(x: &'a u8)",
        ),
    ];
    for (block, owner, function) in cases {
        let wrapper = wrapper(block);
        assert!(wrapper.contains(&plain(owner)), "{wrapper}");
        assert!(wrapper.contains(&plain(function)), "{wrapper}");
    }
}

#[test]
fn a_block_guards_its_fallible_functions_and_hands_down_its_attributes() {
    let module = r#"mod ffi {
        #[guard] #[cfg(x)] #[deprecated]
        unsafe extern "C++-unwind" { type T; fn plain(); #[doc = "F"] fn f(self: &T) -> Result<()>; }
    }"#;
    let all = expanded("", module);
    assert!(all.contains(&plain("#[cfg(x)] impl<> T<>")), "{all}");
    assert!(
        all.contains(&plain("#[cfg(x)] #[deprecated] #[doc = \"F\"] #[inline] pub fn f<>(&self)")),
        "{all}"
    );
    assert!(!all.contains("__backstop_build_plain"));
}

#[test]
fn a_function_says_how_to_recover_or_else_its_block_does() {
    let module = r#"mod ffi {
        #[guard(recover = "jump")]
        unsafe extern "C++" {
            fn f() -> Result<()>;
            #[guard] fn g() -> Result<()>;
            #[guard(recover = "unwind")] fn h() -> Result<()>;
        }
        unsafe extern "C++" {
            #[guard()] fn i() -> Result<()>;
            #[guard(recover = r"jump",)] fn j() -> Result<()>;
        }
    }"#;
    let all = expanded("", module);
    for (recover, name, line) in
        [("Jump", "f", 4), ("Jump", "g", 5), ("Unwind", "h", 6), ("Unwind", "i", 9), ("Jump", "j", 10)]
    {
        assert!(all.contains(&plain(&site_with(recover, &format!("::{name}"), line))), "{name}: {all}");
    }
}

#[test]
fn a_function_has_what_it_says_and_the_rest_of_its_block_and_bridge() {
    let module = r#"mod ffi {
        #[guard(recover = "jump", deadline = "50ms")]
        unsafe extern "C++" {
            fn f() -> Result<()>;
            #[guard(domain = "codec")] fn g() -> Result<()>;
            #[guard(domain = super::OTHER, deadline = "none")] fn h() -> Result<()>;
        }
        #[guard(domain = "codec", deadline = "1s")]
        unsafe extern "C++" {
            fn i() -> Result<()>;
            #[backstop::guard(recover = "unwind", deadline = "2min")] fn j() -> Result<()>;
        }
        unsafe extern "C++" {
            #[guard] fn k() -> Result<()>;
        }
    }"#;
    let short = ".__within(50000000u64)";
    for (args, of_bridge) in
        [("", "DOMAIN"), ("domain = \"parser_2\"", "PARSER_2"), ("domain = crate::X", "crate::X")]
    {
        let all = expanded(args, module);
        for (domain, recover, name, line, within) in [
            (of_bridge, "Jump", "f", 4, short),
            ("CODEC", "Jump", "g", 5, short),
            ("super::OTHER", "Jump", "h", 6, ""),
            ("CODEC", "Unwind", "i", 10, ".__within(1000000000u64)"),
            ("CODEC", "Unwind", "j", 11, ".__within(120000000000u64)"),
            (of_bridge, "Unwind", "k", 14, ""),
        ] {
            let site = site_in(domain, recover, &format!("::{name}"), line, within);
            assert!(all.contains(&plain(&site)), "{name}: {all}");
        }
        // Of the named ones, and of the bridge's own if there is one.
        let statics = all.matches("pubstatic").count();
        assert_eq!(statics, if of_bridge == "crate::X" { 1 } else { 2 }, "{all}");
        let codec = "pub static CODEC: ::backstop::Domain = ::backstop::Domain::__new(
            ::core::concat!(::core::module_path!(), \"/codec\\0\"), ::backstop::OnTorn::Refuse);";
        assert!(all.contains(&plain(codec)), "{all}");
    }
}

#[test]
fn options_of_the_bridge_are_told_apart_from_those_of_cxx() {
    let module = "mod ffi { unsafe extern \"C++\" { #[guard] fn f() -> Result<()>; } }";
    let cases = [
        ("", "", "Refuse"),
        ("on_torn = \"allow\"", "", "Allow"),
        ("namespace = a::b", "namespace = a::b", "Refuse"),
        ("namespace = \"a\", on_torn = \"refuse\",", "namespace = \"a\"", "Refuse"),
        ("on_torn = \"allow\", namespace = \"a\",", "namespace = \"a\"", "Allow"),
    ];
    for (args, of_cxx, on_torn) in cases {
        let all = expanded(args, module);
        assert!(all.starts_with(&plain(&format!("#[::cxx::bridge({of_cxx})]"))), "{args}: {all}");
        assert!(all.contains(&plain(&domain(on_torn))), "{args}: {all}");
    }
    let without_guards = expanded("on_torn = \"allow\"", "mod ffi { }");
    assert_eq!(without_guards, plain("#[::cxx::bridge()] mod ffi { }"));
}

/// What cxx gets to see of an `extern "Rust"` block.
fn called(block: &str) -> String {
    let all = expanded("", &format!("mod ffi {{ extern \"Rust\" {{ {block} }} }}"));
    let (_, lowered) = all.split_once("extern\"Rust\"{").expect("the block");
    lowered.split_once("}}").expect("the end of the module").0.to_owned()
}

#[test]
fn what_cxx_calls_may_fail() {
    let cases = [
        ("fn f();", "fn f() -> Result<()>;"),
        ("fn f() -> ();", "fn f() -> Result<()>;"),
        ("pub fn f(x: i32) -> Box<T>;", "pub fn f(x: i32) -> Result<Box<T>>;"),
        ("fn f(x: &T) -> Result<u8>;", "fn f(x: &T) -> Result<u8>;"),
        // cxx has an `error$` of its own.
        ("fn f(x: T, error: T);", "fn f(x: T, error_1: T) -> Result<()>;"),
    ];
    for (declared, lowered) in cases {
        let name = "#[rust_name = \"__backstop_call_f__backstop_ffi\"]";
        assert_eq!(called(declared), plain(&format!("{name} {lowered}")));
    }
    let named = called("#[cxx_name = \"g\"] #[rust_name = \"r#type\"] fn f();");
    let lowered =
        "#[cxx_name = \"g\"] #[rust_name = \"__backstop_call_type__backstop_ffi\"] fn f() -> Result<()>;";
    assert_eq!(named, plain(lowered));
}

#[test]
fn what_is_borrowed_by_a_result_has_its_lifetime_named() {
    let cases = [
        ("fn f(x: &T) -> &u8;", "unsafe fn f<'__backstop>(x: &'__backstop T) -> Result<&'__backstop u8>;"),
        (
            "fn f(self: &mut T, x: &T) -> &mut u8;",
            "unsafe fn f<'__backstop>(self: &'__backstop mut T, x: &T) -> Result<&'__backstop mut u8>;",
        ),
        (
            "fn f(self: Pin<&mut T>, x: View<'_>) -> Pin<&mut T>;",
            "unsafe fn f<'__backstop>(self: Pin<&'__backstop mut T>, x: View<'_>) -> Result<Pin<&'__backstop mut T>>;",
        ),
        (
            "fn f(x: View) -> Box<View<'_>>;",
            "unsafe fn f<'__backstop>(x: View<'__backstop>) -> Result<Box<View<'__backstop>>>;",
        ),
        ("unsafe fn f<'a>(x: T<'a>) -> &u8;", "unsafe fn f<'a>(x: T<'a>) -> Result<&'a u8>;"),
        (
            "unsafe fn f<'a>(self: &'a T, x: &u8) -> &u8;",
            "unsafe fn f<'a>(self: &'a T, x: &u8) -> Result<&'a u8>;",
        ),
        // As they are: nothing is elided, or it isn't clear what for.
        ("unsafe fn f<'a>(x: &'a T) -> &'a u8;", "unsafe fn f<'a>(x: &'a T) -> Result<&'a u8>;"),
        ("fn f(x: &T) -> &'static u8;", "fn f(x: &T) -> Result<&'static u8>;"),
        ("fn f(x: &T) -> Box<T>;", "fn f(x: &T) -> Result<Box<T>>;"),
        ("fn f(x: &T, y: &T) -> &u8;", "fn f(x: &T, y: &T) -> Result<&u8>;"),
        ("fn f() -> &u8;", "fn f() -> Result<&u8>;"),
    ];
    for (declared, expected) in cases {
        let lowered = called(&format!("type T; type View<'a>; {declared}"));
        assert!(lowered.ends_with(&plain(expected)), "{declared}: {lowered}");
    }
}

#[test]
fn what_cxx_refuses_it_refuses_as_it_was_written() {
    let refused = [
        "async fn f();",
        "const fn f();",
        "fn f(x: u8, ...);",
        "fn f<T>(x: T);",
        "fn f<'a>(x: &'a u8) -> &'a u8;",
        "fn f() -> std::io::Result<()>;",
        "fn f() -> Result<(), E>;",
        "fn f(&self);",
        "fn f(self);",
        "fn f([x, y]: [u8; 2]);",
    ];
    for declared in refused {
        assert_eq!(called(declared), plain(declared));
    }
}

/// Or cxx would not get to see what it refuses.
#[test]
fn names_that_are_none_stay() {
    for name in ["rust_name", "rust_name = 5", "rust_name = \"fn\"", "rust_name = \"a b\""] {
        let attribute = plain(&format!("#[{name}]"));
        assert!(called(&format!("#[{name}] fn f();")).starts_with(&attribute), "{name}");
        let guarded =
            format!("mod ffi {{ unsafe extern \"C++\" {{ #[guard] #[{name}] fn f() -> Result<()>; }} }}");
        assert!(expanded("", &guarded).contains(&attribute), "{name}");
    }
}

#[test]
fn paths_stay_as_they_are() {
    for path in ["::std::string::String", "std::vec::Vec<u8>", "x::UniquePtr<T>"] {
        let facade = wrapper(&format!("#[guard] fn f(x: {path}) -> Result<{path}>;"));
        assert_eq!(facade.matches(&plain(path)).count(), 2, "{facade}");
        assert!(!facade.contains("::::"), "{facade}");
    }
}

#[test]
fn mistakes_leave_the_rest_in_place() {
    let module = r#"mod ffi { unsafe extern "C++" {
        #[guard] fn bad();
        #[guard] async fn worse() -> Result<()>;
        #[guard] fn good() -> Result<()>;
    } }"#;
    let all = expanded("", module);
    assert_eq!(all.matches("compile_error").count(), 2);
    assert!(all.contains("fnbad();") && all.contains("pubfngood") && !all.contains("worse"), "{all}");
    assert!(!all.contains("BACKSTOP_BRIDGE"));
}

/// Takes away, and doubles, each token of a bridge in turn. Whatever comes of it, it is no panic.
#[test]
fn never_panics() {
    let source = include_str!("samples/everything.rs");
    for module in variants(source.parse().unwrap()) {
        let file = format!("#[backstop::bridge] {module}");
        let _ = expand(TokenStream::new(), module);
        let _ = backstop_syntax::lower_file(&file).map_err(|problems| {
            problems.iter().for_each(|problem| assert!(problem.start() <= problem.end()));
        });
    }
}

fn variants(tokens: TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut variants = Vec::new();
    for (position, token) in tokens.iter().enumerate() {
        let with = |stream: Vec<TokenTree>| {
            tokens[..position]
                .iter()
                .cloned()
                .chain(stream)
                .chain(tokens[position + 1..].iter().cloned())
                .collect()
        };
        variants.push(with(vec![]));
        variants.push(with(vec![token.clone(), token.clone()]));
        if let TokenTree::Group(group) = token {
            let inside = variants_of_group(group);
            variants.extend(inside.into_iter().map(|group| with(vec![group])));
        }
    }
    variants
}

fn variants_of_group(group: &Group) -> Vec<TokenTree> {
    let inside = variants(group.stream()).into_iter();
    inside.map(|stream| TokenTree::Group(Group::new(group.delimiter(), stream))).collect()
}
