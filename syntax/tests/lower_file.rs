//! What cxx gets to see of a file.

use backstop_syntax::{LoweredFile, lower_file};

fn lower(source: &str) -> LoweredFile {
    lower_file(source).expect("a file without mistakes")
}

/// Message, hint, and the source that is marked.
fn mistakes(source: &str) -> Vec<(String, String, String)> {
    let problems = lower_file(source).expect_err("a file with mistakes");
    let describe = problems.iter().map(|problem| {
        let (start, end) = (problem.start(), problem.end());
        assert_eq!(start.line, end.line);
        let line = source.lines().nth(start.line - 1).expect("a line of the file");
        let marked = line.chars().skip(start.column).take(end.column - start.column).collect();
        (problem.message().to_owned(), problem.hint().unwrap_or_default().to_owned(), marked)
    });
    describe.collect()
}

#[test]
fn lines_and_columns_stay() {
    let source = "\
//! A file.
fn main() {}
mod outer {
    #[backstop::bridge]
    pub mod ffi {
        unsafe extern \"C++\" {
            #[guard]
            fn f(x: &[u8], y: Vec<Vec<u8>>) -> Result<()>;
            /* g */ fn g<'a>(
                x: &'a str) -> i32;
        }
    }
}
";
    let lowered = lower(source).text;
    let (lowered, source): (Vec<&str>, Vec<&str>) = (lowered.lines().collect(), source.lines().collect());
    assert_eq!(lowered[..3], ["", "", ""]);
    assert_eq!(lowered[3], "    #[cxx::bridge]");
    assert_eq!(lowered[4..6], source[4..6]);
    assert_eq!(lowered[6], "            # [ rust_name = \"__backstop_build_f\" ] # [ doc ( hidden ) ]");
    assert_eq!(lowered[7], source[7]);
    assert_eq!(lowered[8], source[8].replace("/* g */", "       "));
    assert_eq!(lowered[9..11], source[9..11]);
    assert_eq!(lowered[11..], source[11..12]);
}

#[test]
fn bridges_of_both_kinds_are_found_wherever_they_are() {
    let file = lower(
        "#!/usr/bin/env run-cargo-script
        #![allow(x)]
        /// Docs.
        #[::backstop::bridge(namespace = \"a\")] unsafe mod a { }
        mod inner { #![allow(y)] pub(crate) mod deeper { #[allow(x)] #[cxx::bridge] mod b { } } }
        #[other] fn f() { let mod_ = 1; }
        #[cfg(x)] #[backstop::bridge] pub mod c { }
        some::future! { syntax }  pin const fn g() for<T> {}
        #[attribute_at_the_end]",
    );
    assert_eq!((file.bridges, file.digests.len()), (3, 2));
    let plain: String = file.text.split_whitespace().collect();
    assert_eq!(
        plain,
        "#[doc=\"Docs.\"]#[::cxx::bridge(namespace=\"a\")]unsafemoda{}#[allow(x)]#[cxx::bridge]modb{}\
         #[cfg(x)]#[cxx::bridge]pubmodc{}"
    );
}

#[test]
fn a_file_without_bridges() {
    let file = lower("fn main() {}");
    assert_eq!((file.bridges, file.digests.len(), file.text.as_str()), (0, 0, ""));
}

/// rustc gives the macro what `lower_file` reads by itself.
#[test]
fn the_macro_asks_for_what_the_build_announces() {
    let module = "mod ffi { //! Docs\n #[guard] unsafe extern \"C++\" { /** f */ fn f() -> Result < Vec<Vec<u8>> > ; } }";
    let announced = lower(&format!("#[backstop::bridge(namespace = \"x::y\")]\n{module}")).digests.remove(0);
    let asked =
        backstop_syntax::expand("namespace = \"x::y\"".parse().unwrap(), module.parse().unwrap()).to_string();
    assert!(asked.contains(&announced));
}

#[test]
fn cxx_does_not_see_our_options() {
    let file = lower(
        "#[backstop::bridge(on_torn = \"allow\", namespace = \"a\")] mod a { }
        #[backstop::bridge(on_torn = \"allow\")] mod b {
            #[guard(recover = \"jump\")] unsafe extern \"C++\" { fn f() -> Result<()>; }
        }",
    );
    let plain: String = file.text.split_whitespace().collect();
    let (a, b) = plain.split_once("#[cxx::bridge()]").expect("a second bridge");
    assert_eq!(a, "#[cxx::bridge(namespace=\"a\")]moda{}");
    assert!(b.starts_with("modb{unsafeextern") && !b.contains("jump"), "{b}");
}

#[test]
fn every_mistake_is_found_at_once() {
    let found = mistakes(
        "#[cxx::bridge(namespace = \"é\")]
        #[backstop::bridge]
        mod ffi {
            unsafe extern \"C++\" {
                #[guard]
                fn f() -> Box<u8>;
                #[guard(x = 1)]
                fn g() -> Result<()>;
            }
        }
        #[backstop::bridge(on_torn = \"never\", recover = \"jump\")]
        mod options {
            #[guard(recover, on_torn)]
            unsafe extern \"C++\" {
                #[guard(recover = 1, recover = \"jump\")]
                fn f() -> Result<()>;
            }
        }
        #[backstop::bridge]
        mod file;
        #[backstop::bridge]
        pub static X: u8 = 0;",
    );
    let expected = [
        (
            "`#[cxx::bridge]` stands beside `#[backstop::bridge]`",
            "drop `#[cxx::bridge]`, and give its arguments to `#[backstop::bridge]`",
            "#[cxx::bridge(namespace = \"é\")]",
        ),
        ("`#[guard]` needs a function that returns `Result`", "write `-> Result<Box<u8>>`", "Box<u8>"),
        (
            "`#[guard]` has no such option",
            "the options are `recover = \"jump\"`, `domain = \"codec\"` and `deadline = \"50ms\"`",
            "x",
        ),
        (
            "`on_torn` is either \"refuse\" or \"allow\"",
            "write `on_torn = \"allow\"` where calls shall go on after a torn recovery; \"refuse\" is the default",
            "\"never\"",
        ),
        (
            "`recover` is an option of `#[guard]`",
            "write `#[guard(recover = \"jump\")]` on the functions or blocks that it is for",
            "recover",
        ),
        ("`recover` needs a string", "write `recover = \"unwind\"` or `recover = \"jump\"`", "recover"),
        (
            "`on_torn` is an option of the whole bridge",
            "write `#[backstop::bridge(on_torn = \"allow\")]`",
            "on_torn",
        ),
        ("`recover` needs a string", "write `recover = \"unwind\"` or `recover = \"jump\"`", "1"),
        ("this option stands here twice", "drop one of them", "recover"),
        ("`#[backstop::bridge]` needs a module with its contents in place", "write `mod file { ... }`", ";"),
        (
            "`#[backstop::bridge]` belongs on a module",
            "write `#[backstop::bridge] mod ffi { ... }`",
            "pub static",
        ),
    ];
    let expected =
        expected.map(|(message, hint, marked)| (message.to_owned(), hint.to_owned(), marked.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn what_is_not_rust_is_a_mistake_too() {
    assert_eq!(mistakes("#[backstop::bridge]\nmod ffi { fn }")[0].2, "}");
    assert!(mistakes("fn main() { (")[0].0.contains("not Rust"));
}
