//! What the messages say, as data, and the problem that carries one to the user.

use proc_macro2::{Delimiter, Group, LineColumn, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

/// What the macro says where the build script has not seen the bridge.
pub(crate) const NOT_BUILT: &str = "\
this bridge was not built by backstop_build
help: in build.rs, give it this file in place of cxx_build

    backstop_build::bridge(\"src/main.rs\").file(\"src/parser.cc\").compile(\"demo\");

and add backstop-build to [build-dependencies] in Cargo.toml
help: it finds bridges by the attribute `#[backstop::bridge]`, written in full, and not by a macro";

/// One thing that can be wrong. A `{}` in the hint is filled in where the problem is found.
pub(crate) struct Rule {
    message: &'static str,
    label: &'static str,
    hint: &'static str,
}

macro_rules! rules {
    ($($name:ident: $message:literal, $label:literal, $hint:literal;)*) => {
        $(pub(crate) const $name: Rule = Rule { message: $message, label: $label, hint: $hint };)*
    };
}

rules! {
    NEEDS_RESULT:
        "`#[guard]` needs a function that returns `Result`",
        "a failure must be able to come back",
        "write `-> Result<{}>`";
    NEEDS_CXX:
        "`#[guard]` works in `extern \"C++\"` blocks only",
        "what this block declares is not called through C++",
        "guard the C++ functions that Rust calls, and drop this `#[guard]`";
    NEEDS_FUNCTION:
        "`#[guard]` belongs on a function, or on a whole `extern \"C++\"` block",
        "nothing to guard here",
        "put it on each C++ function that shall return its failures as errors";
    NOTHING_TO_GUARD:
        "`#[guard]` on a block without a function that returns `Result`",
        "guards none of the functions in the block",
        "let those functions that may fail return `Result`, or drop this `#[guard]`";
    TWICE:
        "`#[guard]` stands here twice",
        "the second one",
        "drop one of them";
    UNKNOWN_OPTION:
        "`#[guard]` has no such option",
        "not known to this version of backstop",
        "the options are `recover = \"jump\"`, `domain = \"codec\"` and `deadline = \"50ms\"`";
    RECOVER_NEEDS_TEXT:
        "`recover` needs a string",
        "not `= \"...\"`",
        "write `recover = \"unwind\"` or `recover = \"jump\"`";
    RECOVER_VALUE:
        "`recover` is either \"unwind\" or \"jump\"",
        "neither of the two",
        "write `recover = \"jump\"` where no destructor shall run on the way back to the guard; \"unwind\" is the default";
    RECOVER_IS_OF_GUARD:
        "`recover` is an option of `#[guard]`",
        "not one of the bridge",
        "write `#[guard(recover = \"jump\")]` on the functions or blocks that it is for";
    UNKNOWN_BRIDGE_OPTION:
        "`#[backstop::bridge]` has no such option",
        "not known to this version of backstop",
        "write `on_torn = \"allow\"`, `domain = \"codec\"`, or cxx's `namespace = \"...\"`";
    ON_TORN_NEEDS_TEXT:
        "`on_torn` needs a string",
        "not `= \"...\"`",
        "write `on_torn = \"refuse\"` or `on_torn = \"allow\"`";
    ON_TORN_VALUE:
        "`on_torn` is either \"refuse\" or \"allow\"",
        "neither of the two",
        "write `on_torn = \"allow\"` where calls shall go on after a torn recovery; \"refuse\" is the default";
    ON_TORN_IS_OF_BRIDGE:
        "`on_torn` is an option of the whole bridge",
        "not one of `#[guard]`",
        "write `#[backstop::bridge(on_torn = \"allow\")]`";
    ON_TORN_ELSEWHERE:
        "`on_torn` says nothing here: all guarded functions of this bridge are in domains of others",
        "not for those",
        "say it where the domain is made: `Domain::new(c\"...\").on_torn(OnTorn::Allow)`";
    DOMAIN_NEEDS_VALUE:
        "`domain` needs a name, or the path of a static",
        "neither of the two",
        "write `domain = \"codec\"` for one that this bridge shall have, or `domain = crate::CODEC` for a `static CODEC: backstop::Domain`";
    DOMAIN_NAME:
        "a `domain` has a name in lower case",
        "not of a-z, 0-9 and _, with a letter first",
        "write it as in `domain = \"codec\"`, which makes the static `CODEC`";
    DOMAIN_IS_DEFAULT:
        "\"domain\" would be the domain that a bridge has anyway",
        "makes the static `DOMAIN`",
        "give it another name, or drop this option";
    DEADLINE_NEEDS_TEXT:
        "`deadline` needs a string",
        "not `= \"...\"`",
        "write `deadline = \"50ms\"`";
    DEADLINE_VALUE:
        "a `deadline` is a whole number and a unit: ns, us, ms, s or min",
        "not such a duration",
        "write `deadline = \"{}\"`, or \"none\" for no limit";
    DEADLINE_ZERO:
        "a `deadline` of 0 leaves the call no time",
        "not even a nanosecond",
        "write it as in `deadline = \"50ms\"`, or \"none\" for no limit";
    DEADLINE_TOO_LONG:
        "this `deadline` is longer than 584 years",
        "more nanoseconds than 64 bits count",
        "write `deadline = \"none\"` for no limit";
    DEADLINE_IS_OF_GUARD:
        "`deadline` is an option of `#[guard]`",
        "not one of the bridge",
        "write `#[guard(deadline = \"50ms\")]` on the functions or blocks that it is for";
    OPTION_TWICE:
        "this option stands here twice",
        "the second one",
        "drop one of them";
    DOMAIN_TAKEN:
        "a bridge with guards has a static for their domain, and this function has the same name",
        "its name in Rust",
        "give it another one than `{}` there, with `#[rust_name = \"...\"]`";
    ASYNC:
        "`#[guard]` cannot guard an `async` function",
        "cxx has no async functions",
        "declare a plain function that takes a callback: see https://cxx.rs/async.html";
    VARIADIC:
        "`#[guard]` cannot guard a variadic function",
        "cxx has no variadic functions",
        "declare a C++ function with fixed arguments that calls this one";
    GENERIC:
        "`#[guard]` cannot guard a generic function",
        "cxx has no generic functions",
        "declare one function for each type that you need; plain lifetimes like `<'a>` are fine";
    EXCEPTION_NEEDS_RUST:
        "`#[exception]` works in `extern \"Rust\"` blocks only",
        "this block declares C++",
        "declare the function in an `extern \"Rust\"` block: it is Rust that says what the exception becomes";
    EXCEPTION_NEEDS_FUNCTION:
        "`#[exception]` belongs on a function of an `extern \"Rust\"` block",
        "nothing that could translate an exception",
        "put it on a function like `fn f(exception: &T) -> E;`";
    EXCEPTION_UNUSED:
        "`#[exception]` in a bridge without guards",
        "no call of this bridge brings exceptions to Rust",
        "put `#[guard]` on the C++ functions that may throw this one";
    EXCEPTION_AND_GUARD:
        "`#[guard]` and `#[exception]` on one function",
        "this is for C++ functions that Rust calls",
        "drop this `#[guard]`, and guard the C++ functions that may throw";
    EXCEPTION_TWICE:
        "`#[exception]` stands here twice",
        "the second one",
        "drop one of them";
    EXCEPTION_OPTION:
        "`#[exception]` has no options",
        "not known to this version of backstop",
        "write `#[exception]`";
    EXCEPTION_ARGUMENT:
        "`#[exception]` needs a function with one argument, a reference to a C++ class",
        "not what C++ has thrown",
        "write `fn {}(exception: &T) -> ...`, with a class `T` that the bridge declares";
    EXCEPTION_METHOD:
        "`#[exception]` cannot be a method",
        "not what C++ has thrown",
        "write a function of the module around the bridge, with an argument like `exception: &T`";
    EXCEPTION_CLASS_UNKNOWN:
        "`#[exception]` needs a class that the bridge declares as one of C++",
        "not declared in an `extern \"C++\"` block",
        "write `type {};` in an `unsafe extern \"C++\"` block";
    EXCEPTION_CLASS_BORROWS:
        "`#[exception]` cannot translate a class with lifetimes",
        "an exception outlives what it could borrow from",
        "declare it without: `type {};`";
    EXCEPTION_CLASS_TWICE:
        "this class has two translations",
        "the second one",
        "drop one of them";
    EXCEPTION_RETURN:
        "`#[exception]` needs a function that returns something",
        "Rust would get nothing in place of the exception",
        "write `-> E`, with a type `E` of your own";
    EXCEPTION_RESULT:
        "a function with `#[exception]` cannot return `Result`",
        "there is nobody to whom a second error could go",
        "write `-> {}`";
    EXCEPTION_BORROWS:
        "a function with `#[exception]` cannot return what is borrowed",
        "outlives the exception",
        "write a type that owns what it tells, such as `String`";
    EXCEPTION_OPAQUE:
        "a function with `#[exception]` cannot return `impl Trait`",
        "a type without a name, for which nobody could ask",
        "write the type itself";
    EXCEPTION_ASYNC:
        "a function with `#[exception]` cannot be `async`",
        "the exception is gone when the call returns",
        "drop `async`";
    EXCEPTION_UNSAFE:
        "a function with `#[exception]` cannot be `unsafe`",
        "nobody is there to keep its conditions",
        "drop `unsafe`";
    EXCEPTION_VARIADIC:
        "a function with `#[exception]` cannot be variadic",
        "there is one exception",
        "drop the `...`";
    EXCEPTION_GENERIC:
        "a function with `#[exception]` cannot be generic",
        "not even over lifetimes",
        "declare one function for each class, with an argument like `exception: &T`";
    SECOND_BRIDGE:
        "`#[cxx::bridge]` stands beside `#[backstop::bridge]`",
        "one of the two is enough",
        "drop `#[cxx::bridge]`, and give its arguments to `#[backstop::bridge]`";
    NEEDS_CONTENTS:
        "`#[backstop::bridge]` needs a module with its contents in place",
        "the contents are in another file",
        "write `mod {} { ... }`";
    NEEDS_MODULE:
        "`#[backstop::bridge]` belongs on a module",
        "not a module",
        "write `#[backstop::bridge] mod ffi { ... }`";
}

impl Rule {
    /// The rule, broken by these tokens.
    pub(crate) fn at(&self, tokens: impl ToTokens) -> Problem {
        self.with("", tokens)
    }

    /// The rule, broken by these tokens; `detail` goes into the hint.
    pub(crate) fn with(&self, detail: &str, tokens: impl ToTokens) -> Problem {
        Problem {
            tokens: tokens.into_token_stream(),
            message: self.message.to_owned(),
            label: Some(self.label),
            hint: Some(self.hint.replace("{}", detail)),
        }
    }
}

/// A mistake in a bridge: what is wrong, where, and what to write instead.
#[derive(Debug)]
pub struct Problem {
    tokens: TokenStream,
    message: String,
    label: Option<&'static str>,
    hint: Option<String>,
}

impl Problem {
    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the marked source is, in a few words. Mistakes of syntax have none.
    pub fn label(&self) -> Option<&str> {
        self.label
    }

    /// What to write instead. Mistakes of syntax have none.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Where the wrong tokens start. Lines count from 1, columns from 0, in characters.
    pub fn start(&self) -> LineColumn {
        self.tokens.span().start()
    }

    /// Where the wrong tokens end.
    pub fn end(&self) -> LineColumn {
        self.tokens.span().end()
    }

    /// A `compile_error!` that shows the problem where it is.
    pub(crate) fn to_compile_error(&self) -> TokenStream {
        let text = match &self.hint {
            Some(hint) => format!("{}\nhelp: {hint}", self.message),
            None => self.message.clone(),
        };
        syn::Error::new_spanned(&self.tokens, text).to_compile_error()
    }
}

/// What syn has to say about syntax.
impl From<syn::Error> for Problem {
    fn from(error: syn::Error) -> Self {
        let mut place = Group::new(Delimiter::None, TokenStream::new());
        place.set_span(error.span());
        Problem { tokens: place.into_token_stream(), message: error.to_string(), label: None, hint: None }
    }
}
