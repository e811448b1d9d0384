//! Bridges as people write them, and somewhat beyond, made from a fuzzer's bytes.

use arbitrary::{Result, Unstructured};

/// A file with one bridge.
pub struct Generated {
    pub source: String,
    /// Whether something of ours is used wrongly in it, so that it has to be refused.
    pub has_mistake: bool,
}

/// Types that a function takes by value in either direction. `C` is a C++ type, `R` one of Rust, `S` a struct, `E` an enum.
const OWNED: &[&str] = &[
    "u8",
    "i32",
    "u64",
    "usize",
    "bool",
    "f64",
    "c_char",
    "String",
    "UniquePtr<C>",
    "SharedPtr<C>",
    "WeakPtr<C>",
    "Box<R>",
    "Vec<u8>",
    "Vec<String>",
    "Vec<S>",
    "Vec<R>",
    "UniquePtr<CxxVector<u8>>",
    "UniquePtr<CxxVector<C>>",
    "UniquePtr<CxxString>",
    "S",
    "E",
    "[u8; 4]",
    "Vec<Box<R>>",
    "SharedPtr<u8>",
];
const BORROWED: &[&str] = &[
    "&str",
    "&[u8]",
    "&mut [u8]",
    "&C",
    "Pin<&mut C>",
    "&R",
    "&mut R",
    "&S",
    "&mut S",
    "&CxxString",
    "&CxxVector<u8>",
    "&String",
    "&Vec<u8>",
    "&mut Vec<String>",
    "&[S]",
    "&[&str]",
    "Option<&C>",
    "Pin<&mut CxxString>",
    "Pin<&mut CxxVector<C>>",
    "&UniquePtr<C>",
];
const POINTERS: &[&str] = &["*const C", "*mut u8", "*const c_char", "*mut R", "*const S"];
const FUNCTIONS: &[&str] =
    &["fn(u8) -> u8", "fn(&C)", "fn(x: i32, _: &str) -> String", "unsafe fn(*const u8)", "fn(UniquePtr<C>)"];
const STRANGE: &[&str] = &[
    "C",
    "R",
    "CxxString",
    "()",
    "(u8, u8)",
    "!",
    "impl Copy",
    "dyn Fn()",
    "&&C",
    "::std::string::String",
    "Unknown",
    "Result<u8>",
    "Vec<C>",
    "Box<C>",
    "UniquePtr<R>",
    "[C; 2]",
    "&'static str",
    "fn() -> Result<u8>",
    "Self",
    "C<'_>",
    "_",
    "u128",
    "m!()",
    "<C as T>::X",
    "&dyn T",
    "std::result::Result<u8, E>",
    "Result<u8, E>",
    "Pin<C>",
    "r#C",
    "*const &C",
];
const GUARDS: &[&str] = &[
    "#[guard]",
    "#[backstop::guard]",
    "#[guard()]",
    "#[guard(recover = \"jump\")]",
    "#[guard(recover = \"unwind\",)]",
    "#[guard(domain = \"codec\")]",
    "#[guard(domain = crate::ELSEWHERE)]",
    "#[guard(deadline = \"50ms\")]",
    "#[guard(deadline = \"none\", domain = \"io\")]",
    "#[guard(deadline = \"2min\", recover = \"jump\", domain = \"codec\")]",
];
const WRONG_GUARDS: &[&str] = &[
    "#[guard = \"x\"]",
    "#[guard(,)]",
    "#[guard(recover)]",
    "#[guard(recover = \"hop\")]",
    "#[guard(deadline = \"0s\")]",
    "#[guard(deadline = \"99999999999999999999min\")]",
    "#[guard(deadline = 5)]",
    "#[guard(domain = \"Codec\")]",
    "#[guard(domain = \"domain\")]",
    "#[guard(domain = )]",
    "#[guard(recover = \"jump\", recover = \"jump\")]",
    "#[guard(on_torn = \"allow\")]",
    "#[guard] #[guard]",
    "#[guard[x]]",
    "#[guard(domain = 1 + )]",
    "#[guard(;)]",
    "#[guard{}]",
    "#[guard(unknown)]",
    "#[guard(recover = \"\")]",
    "#[guard(domain = \"\")]",
];
const DOCS: &[&str] = &[
    "/// What it does.",
    "/** Over\n two lines. */",
    "#[doc = \"a\\nb\"]",
    "/// cxxbridge1$205$f() noexcept;",
    "#[doc = \"*/ \\\\\"]",
    "/// throw ::rust::impl<::rust::Error>::error(error$);",
    "#[doc(hidden)]",
    "/// \u{7f}",
    "#[doc = \"\"]",
    "/**/",
    "///",
    "#[doc = \"x\\r\\n  demo$cxxbridge1$205$g(1);\"]",
    "#[doc = \"\\nnamespace rust {\\n\"]",
    "/// ::rust::repr::PtrLen error$ = f();",
];
const OUTER: &[&str] = &[
    "#[cfg(all())]",
    "#[allow(dead_code)]",
    "#[must_use]",
    "#[deprecated]",
    "#[allow(clippy::all)]",
    "#[deprecated(note = \"x\")]",
    "#[must_use = \"why\"]",
    "#[cfg(not(any()))]",
];
const STRANGE_ATTRIBUTES: &[&str] = &[
    "#[inline]",
    "#[cfg_attr(all(), guard)]",
    "#[unknown]",
    "#[rust_name]",
    "#[rust_name = 5]",
    "#[rust_name = \"a b\"]",
    "#[cxx_name = \"\"]",
    "#[Self = \"Nobody\"]",
    "#[exception]",
    "#[guard]",
    "#[cxx::bridge]",
    "#[backstop::bridge]",
    "#[namespace = 3]",
    "#[r#guard]",
    "#[::backstop::guard]",
    "#[rust_name = \"DOMAIN\"]",
    "#[rust_name = \"fn\"]",
    "#[rust_name = \"r#fn\"]",
    "#[cxx_name = \"operator()\"]",
];
const NAMES: &[&str] = &[
    "parse", "get", "r#type", "größe", "error", "f_", "__x", "value", "CODEC", "r#try", "x0", "drop",
    "DOMAIN", "call", "result",
];

pub fn generate(bytes: &[u8]) -> Option<Generated> {
    let mut writer =
        Writer { u: Unstructured::new(bytes), out: String::new(), mistake: false, names: 0, guards: false };
    writer.file().ok()?;
    Some(Generated { source: writer.out, has_mistake: writer.mistake })
}

struct Writer<'a> {
    u: Unstructured<'a>,
    out: String,
    mistake: bool,
    names: u32,
    guards: bool,
}

impl Writer<'_> {
    fn say(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push(' ');
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.say(text);
        self.out.push('\n');
    }

    /// True once in so many times; never where there are no bytes left.
    fn once_in(&mut self, times: u8) -> bool {
        self.u.ratio(1, times).unwrap_or(false) && !self.u.is_empty()
    }

    fn one_of(&mut self, choices: &[&'static str]) -> Result<&'static str> {
        self.u.choose(choices).copied()
    }

    fn maybe(&mut self, times: u8, choices: &[&'static str]) -> Result<()> {
        if self.once_in(times) {
            let choice = self.one_of(choices)?;
            self.line(choice);
        }
        Ok(())
    }

    fn file(&mut self) -> Result<()> {
        self.maybe(4, DOCS)?;
        let mut options = Vec::new();
        if self.once_in(3) {
            options.push(self.one_of(&["namespace = \"demo\"", "namespace = \"a::b\"", "namespace = c"])?);
        }
        if self.once_in(4) {
            options.push(self.one_of(&[
                "domain = \"codec\"",
                "domain = crate::ELSEWHERE",
                "domain = \"x9_\"",
            ])?);
        }
        if self.once_in(40) {
            self.mistake = true;
            options.push(self.one_of(&[
                "on_torn = 5",
                "recover = \"jump\"",
                "deadline = \"1s\"",
                "domain = \"A\"",
                "x",
                "on_torn = \"x\"",
            ])?);
        }
        match options.is_empty() {
            true => self.line("#[backstop::bridge]"),
            false => self.line(format!("#[backstop::bridge({})]", options.join(", "))),
        }
        self.maybe(6, OUTER)?;
        let head = self.one_of(&[
            "mod ffi {",
            "pub mod ffi {",
            "pub(crate) mod r#try {",
            "unsafe mod ffi {",
            "mod brücke {",
        ])?;
        self.line(head);
        self.maybe(8, &["//! Inside.", "#![allow(dead_code)]", "#![doc = \"x\"]"])?;
        self.line("#[derive(Clone, Debug, PartialEq, Eq, Hash)] struct S { a: u8, b: String }");
        self.line("enum E { One, Two }");
        self.maybe(
            6,
            &[
                "struct G<'a> { a: &'a str }",
                "#[repr(u8)] enum H { A = 3, B }",
                "impl UniquePtr<C> {}",
                "impl Vec<S> {}",
                "struct S2(u8);",
            ],
        )?;
        self.line("unsafe extern \"C++\" { include!(\"demo/demo.h\"); type C; type D<'a>; }");
        self.line("extern \"Rust\" { type R; type Q<'a>; }");
        for _ in 0..self.u.int_in_range(1..=4)? {
            match self.u.int_in_range(0..=5)? {
                0..=2 => self.cxx_block()?,
                3..=4 => self.rust_block()?,
                _ => self.maybe(
                    2,
                    &[
                        "use x::Y;",
                        "extern \"C\" { fn f(); }",
                        "const X: u8 = 1;",
                        "impl Box<R> {}",
                        "extern \"C++\" {}",
                    ],
                )?,
            }
        }
        // Translations are of use only where something is guarded.
        if self.guards && self.once_in(3) {
            self.line("extern \"Rust\" { #[exception] fn translate(exception: &C) -> String; }");
        }
        self.line("}");
        Ok(())
    }

    fn cxx_block(&mut self) -> Result<()> {
        self.maybe(8, DOCS)?;
        self.maybe(8, OUTER)?;
        let guard = if self.once_in(3) { Some(self.guard()?) } else { None };
        let head = self.one_of(&[
            "unsafe extern \"C++\" {",
            "unsafe extern \"C++\" {",
            "unsafe extern \"C++-unwind\" {",
        ])?;
        self.line(head);
        let lone = self.lone_type();
        for _ in 0..self.u.int_in_range(1..=4)? {
            self.function(true, guard.is_some(), lone)?;
        }
        if guard.is_some() {
            // So that the block's guard is of use.
            self.names += 1;
            let number = self.names;
            self.line(format!("fn last{number}() -> Result<()>;"));
            self.guards = true;
        }
        self.line("}");
        Ok(())
    }

    /// At times: whether there is one.
    fn lone_type(&mut self) -> bool {
        let lone = self.once_in(4);
        if lone {
            self.names += 1;
            let number = self.names;
            self.line(format!("type L{number};"));
        }
        lone
    }

    fn rust_block(&mut self) -> Result<()> {
        self.maybe(8, OUTER)?;
        self.line("extern \"Rust\" {");
        let lone = self.lone_type();
        for _ in 0..self.u.int_in_range(1..=4)? {
            self.function(false, false, lone)?;
        }
        self.line("}");
        Ok(())
    }

    fn guard(&mut self) -> Result<&'static str> {
        let wrong = self.once_in(40);
        self.mistake |= wrong;
        let guard = self.one_of(if wrong { WRONG_GUARDS } else { GUARDS })?;
        self.line(guard);
        Ok(guard)
    }

    fn function(&mut self, is_cxx: bool, is_guarded: bool, lone: bool) -> Result<()> {
        self.maybe(6, DOCS)?;
        self.maybe(6, OUTER)?;
        if self.once_in(60) {
            let strange = self.one_of(STRANGE_ATTRIBUTES)?;
            self.mistake = true;
            self.line(strange);
        }
        let guarded = is_cxx && self.once_in(2);
        if guarded {
            self.guard()?;
            self.guards = true;
        }
        self.names += 1;
        let number = self.names;
        if self.once_in(8) {
            self.line(format!("#[cxx_name = \"inCxx{number}\"]"));
        }
        if self.once_in(8) {
            self.line(format!("#[rust_name = \"renamed{number}\"]"));
        }
        let (receiver, borrows) = self.receiver(is_cxx, lone)?;
        if receiver.is_empty() && self.once_in(8) {
            let ty = if is_cxx { "C" } else { "R" };
            self.line(format!("#[Self = \"{ty}\"]"));
        }
        let mut arguments = Vec::new();
        let mut is_unsafe = self.once_in(10);
        let mut references = usize::from(borrows);
        for _ in 0..self.u.int_in_range(0..=3)? {
            let ty = match self.u.int_in_range(0..=15)? {
                0..=6 => self.one_of(OWNED)?,
                7..=12 => {
                    references += 1;
                    self.one_of(BORROWED)?
                }
                13 => {
                    is_unsafe = true;
                    self.one_of(POINTERS)?
                }
                14 if is_cxx => self.one_of(FUNCTIONS)?,
                _ if self.once_in(8) => self.one_of(STRANGE)?,
                _ => "u8",
            };
            let name = match self.u.int_in_range(0..=9)? {
                0 => "_",
                1..=4 => self.one_of(&[
                    "error",
                    "error_1",
                    "r#in",
                    "self_",
                    "größe",
                    "return_value",
                    "func",
                    "fail",
                    "SITE",
                    "x",
                ])?,
                _ => "",
            };
            // Each name once: the others have numbers.
            let name = match name {
                "" => format!("a{}", arguments.len()),
                name if arguments.iter().any(|(other, _)| other == name) && name != "_" => {
                    format!("a{}", arguments.len())
                }
                name => name.to_owned(),
            };
            arguments.push((name, ty.to_owned()));
        }
        let explicit = self.once_in(5) && !lone;
        let mut qualifier = "";
        if explicit {
            is_unsafe |= !is_cxx;
            arguments.push((
                "life".to_owned(),
                self.one_of(&["&'a C", "&'a R", "&'a str", "&'a D<'a>", "&D<'a>", "&'a [u8]"])?.to_owned(),
            ));
        }
        let generics = match () {
            () if explicit => "<'a>",
            () if self.once_in(60) => {
                self.mistake |= guarded || is_guarded;
                self.one_of(&["<T>", "<'a: 'a>", "<const N: usize>"])?
            }
            () => "",
        };
        if self.once_in(60) {
            self.mistake |= guarded || is_guarded;
            qualifier = self.one_of(&["async ", "const ", "pub(crate) "])?;
        }
        let number_of_name = if self.once_in(12) { String::new() } else { number.to_string() };
        let name = if number_of_name.is_empty() { self.one_of(NAMES)? } else { "f" };
        self.mistake |= matches!(name, "DOMAIN" | "CODEC"); // taken by domains, perhaps
        let unsafety = if is_unsafe { "unsafe " } else { "" };
        let all = receiver.into_iter().chain(arguments.iter().map(|(name, ty)| format!("{name}: {ty}")));
        let all: Vec<String> = all.collect();
        self.say(format!("{qualifier}{unsafety}fn {name}{number_of_name}{generics}({})", all.join(", ")));
        let ok = match self.u.int_in_range(0..=9)? {
            0..=5 => self.one_of(OWNED)?,
            6 if explicit => {
                self.one_of(&["&'a C", "&'a str", "&'a [u8]", "Box<Q<'a>>", "UniquePtr<D<'a>>"])?
            }
            6 if references == 1 => self.one_of(&["&C", "&str", "&[u8]", "&R"])?,
            7 if self.once_in(8) => self.one_of(STRANGE)?,
            _ => "()",
        };
        let fails = guarded || self.once_in(2);
        match (fails, ok) {
            (true, ok) => self.line(format!("-> Result<{ok}>;")),
            (false, "()") => self.line(";"),
            (false, ok) => self.line(format!("-> {ok};")),
        }
        Ok(())
    }

    fn receiver(&mut self, is_cxx: bool, lone: bool) -> Result<(Vec<String>, bool)> {
        let receiver = match (self.u.int_in_range(0..=7)?, is_cxx) {
            (0, true) if lone => "&self",
            (0, false) if lone => self.one_of(&["&self", "&mut self"])?,
            (1, true) => self.one_of(&["self: &C", "self: Pin<&mut C>", "self: &S", "self: &mut S"])?,
            (1, false) => self.one_of(&["self: &R", "self: &mut R", "self: &S"])?,
            (2, _) if self.once_in(16) => self.one_of(&[
                "self: &D<'_>",
                "self: &Q",
                "self: R",
                "self",
                "mut self",
                "self: Pin<&mut R>",
                "self: &Self",
                "&'a self",
                "self: &E",
            ])?,
            _ => return Ok((Vec::new(), false)),
        };
        Ok((vec![receiver.to_owned()], true))
    }
}

/// As [`bridge::check`](super::check) for what these bytes make.
pub fn check(bytes: &[u8]) -> Option<super::Outcome> {
    let Generated { source, has_mistake } = generate(bytes)?;
    Some(if has_mistake { super::check(&source) } else { super::check_right(&source) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::Outcome;

    /// Or there would be little to compare.
    #[test]
    fn many_bridges_are_accepted() {
        let mut random = fastrand::Rng::with_seed(1);
        let outcomes: Vec<Option<Outcome>> = (0..60)
            .map(|_| {
                let mut bytes = [0; 300];
                random.fill(&mut bytes);
                check(&bytes)
            })
            .collect();
        let accepted = outcomes.iter().filter(|outcome| **outcome == Some(Outcome::Accepted)).count();
        let refused = outcomes.iter().filter(|outcome| **outcome == Some(Outcome::Refused)).count();
        assert!(accepted >= 10 && refused >= 10, "{accepted} accepted, {refused} refused");
    }
}
