// What the macro makes of features.rs. To renew it:
//
//     BACKSTOP_RENEW_EXPANDED=1 cargo test -p backstop-syntax --test expanded

use std::num::NonZeroU32;
#[::cxx::bridge(namespace = "demo")]
mod __backstop_ffi {
    /// Known to both.
    #[derive(Clone)]
    struct Position {
        line: u32,
        column: u32,
    }
    /// Known to both.
    enum Level {
        Warning,
        Error,
    }
    unsafe extern "C++" {
        include!("demo/parser.h");
        type Document;
        type View<'a>;
        #[namespace = "demo::errors"]
        type ParseError;
        fn line(self: &ParseError) -> u32;
        fn length(self: &Document) -> usize;
        fn reload(path: &str) -> Result<()>;
    }
    unsafe extern "C++" {
        #[rust_name = "__backstop_build_parse"]
        #[doc(hidden)]
        fn parse(
            text: &str,
            on_error: fn(&Position) -> bool,
        ) -> Result<UniquePtr<Document>>;
        #[cxx_name = "positionOf"]
        #[rust_name = "__backstop_build_position_of"]
        #[doc(hidden)]
        fn position_of(self: &Document, word: &CxxString) -> Result<Position>;
        #[Self = "Document"]
        #[rust_name = "__backstop_build_limit"]
        #[doc(hidden)]
        fn limit() -> Result<usize>;
        #[cfg(feature = "views")]
        #[rust_name = "__backstop_build_view"]
        #[doc(hidden)]
        fn view<'a>(document: &'a Document) -> Result<UniquePtr<View<'a>>>;
        #[rust_name = "__backstop_build_first"]
        #[doc(hidden)]
        fn first<'a>(self: Pin<&mut View<'a>>) -> Result<&'a str>;
        #[rust_name = "__backstop_build_read"]
        #[doc(hidden)]
        unsafe fn read(bytes: *const u8, size: usize) -> Result<Vec<u8>>;
    }
    extern "Rust" {
        type Log;
        type Scope<'a>;
        /// Called for each message.
        #[rust_name = "__backstop_call_on_message__backstop_ffi"]
        fn on_message(level: Level, text: &str) -> Result<()>;
        #[rust_name = "__backstop_call_load__backstop_ffi"]
        fn load(path: &str) -> Result<String>;
        #[cfg(feature = "views")]
        #[rust_name = "__backstop_call_longest__backstop_ffi"]
        unsafe fn longest<'a>(left: &'a str, right: &'a str) -> Result<&'a str>;
        #[rust_name = "__backstop_call_write__backstop_ffi"]
        fn write(self: &mut Log, line: String) -> Result<usize>;
        #[rust_name = "__backstop_call_last__backstop_ffi"]
        unsafe fn last<'__backstop>(
            self: &'__backstop Log,
        ) -> Result<&'__backstop String>;
        #[Self = "Log"]
        #[rust_name = "__backstop_call_with_capacity__backstop_ffi"]
        fn make(lines: usize) -> Result<Box<Log>>;
        #[rust_name = "__backstop_call_close__backstop_ffi"]
        fn close(self: &mut Scope) -> Result<()>;
    }
    unsafe extern "C++" {
        #[doc(hidden)]
        #[namespace = "backstop"]
        #[cxx_name = "exception_type"]
        unsafe fn __backstop_build_type_of_parse_failure_f34df694eb52759c(
            exception: *const ParseError,
        ) -> usize;
    }
}
#[allow(non_snake_case)]
pub mod ffi {
    /// The domain of this bridge: whether its guarded functions may be called.
    #[allow(dead_code)]
    pub static DOMAIN: ::backstop::Domain = ::backstop::Domain::__new(
        ::core::concat!(::core::module_path!(), "\0"),
        ::backstop::OnTorn::Allow,
    );
    #[allow(dead_code)]
    static __BACKSTOP_EXCEPTIONS: &[::backstop::__private::Translation] = &[
        ::backstop::__private::Translation::new(
            || unsafe {
                super::__backstop_ffi::__backstop_build_type_of_parse_failure_f34df694eb52759c(
                    ::core::ptr::null(),
                )
            },
            |exception| {
                let translated = super::__backstop_translate_parse_failure__backstop_ffi(
                    unsafe { &*exception.cast() },
                    &(),
                );
                ::backstop::__translate!(translated)
            },
        ),
    ];
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::*;
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::Position;
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::Level;
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::Document;
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::View;
    #[allow(unused_imports)]
    pub use super::__backstop_ffi::ParseError;
    #[allow(unused_imports)]
    use super::Log;
    #[allow(unused_imports)]
    use super::Scope;
    /// Reads a document.
    #[inline]
    pub fn parse(
        text: &str,
        on_error: fn(&Position) -> bool,
    ) -> ::core::result::Result<::cxx::UniquePtr<Document>, ::backstop::Error> {
        {
            static SITE: ::backstop::Site = ::backstop::Site::__new(
                ::core::concat!(::core::module_path!(), "::parse\0"),
                ::core::concat!(::core::file!(), "\0"),
                36u32,
                ::backstop::__private::Recover::Unwind,
                &DOMAIN,
            );
            ::backstop::__private::enter(&SITE)?;
        }
        ::backstop::__private::result_of(
            super::__backstop_ffi::__backstop_build_parse(text, on_error),
            __BACKSTOP_EXCEPTIONS,
        )
    }
    impl Document {
        #[must_use]
        #[inline]
        pub fn position_of(
            &self,
            word: &::cxx::CxxString,
        ) -> ::core::result::Result<Position, ::backstop::Error> {
            {
                static SITE: ::backstop::Site = ::backstop::Site::__new(
                    ::core::concat!(::core::module_path!(), "::Document::position_of\0"),
                    ::core::concat!(::core::file!(), "\0"),
                    41u32,
                    ::backstop::__private::Recover::Jump,
                    &DOMAIN,
                );
                ::backstop::__private::enter(&SITE)?;
            }
            ::backstop::__private::result_of(
                Self::__backstop_build_position_of(self, word),
                __BACKSTOP_EXCEPTIONS,
            )
        }
    }
    impl Document {
        #[inline]
        pub fn limit() -> ::core::result::Result<usize, ::backstop::Error> {
            {
                static SITE: ::backstop::Site = ::backstop::Site::__new(
                    ::core::concat!(::core::module_path!(), "::Document::limit\0"),
                    ::core::concat!(::core::file!(), "\0"),
                    44u32,
                    ::backstop::__private::Recover::Unwind,
                    &DOMAIN,
                );
                ::backstop::__private::enter(&SITE)?;
            }
            ::backstop::__private::result_of(
                Self::__backstop_build_limit(),
                __BACKSTOP_EXCEPTIONS,
            )
        }
    }
    #[cfg(feature = "views")]
    #[inline]
    pub fn view<'a>(
        document: &'a Document,
    ) -> ::core::result::Result<::cxx::UniquePtr<View<'a>>, ::backstop::Error> {
        {
            static SITE: ::backstop::Site = ::backstop::Site::__new(
                ::core::concat!(::core::module_path!(), "::view\0"),
                ::core::concat!(::core::file!(), "\0"),
                47u32,
                ::backstop::__private::Recover::Unwind,
                &DOMAIN,
            );
            ::backstop::__private::enter(&SITE)?;
        }
        ::backstop::__private::result_of(
            super::__backstop_ffi::__backstop_build_view(document),
            __BACKSTOP_EXCEPTIONS,
        )
    }
    impl<'a> View<'a> {
        #[inline]
        pub fn first(
            self: ::core::pin::Pin<&mut Self>,
        ) -> ::core::result::Result<&'a str, ::backstop::Error> {
            {
                static SITE: ::backstop::Site = ::backstop::Site::__new(
                    ::core::concat!(::core::module_path!(), "::View::first\0"),
                    ::core::concat!(::core::file!(), "\0"),
                    49u32,
                    ::backstop::__private::Recover::Unwind,
                    &DOMAIN,
                );
                ::backstop::__private::enter(&SITE)?;
            }
            ::backstop::__private::result_of(
                Self::__backstop_build_first(self),
                __BACKSTOP_EXCEPTIONS,
            )
        }
    }
    #[inline]
    pub unsafe fn read(
        bytes: *const u8,
        size: usize,
    ) -> ::core::result::Result<::cxx::alloc::vec::Vec<u8>, ::backstop::Error> {
        {
            static SITE: ::backstop::Site = ::backstop::Site::__new(
                ::core::concat!(::core::module_path!(), "::read\0"),
                ::core::concat!(::core::file!(), "\0"),
                51u32,
                ::backstop::__private::Recover::Unwind,
                &DOMAIN,
            );
            ::backstop::__private::enter(&SITE)?;
        }
        ::backstop::__private::result_of(
            unsafe { super::__backstop_ffi::__backstop_build_read(bytes, size) },
            __BACKSTOP_EXCEPTIONS,
        )
    }
    #[doc(hidden)]
    pub(super) fn __backstop_call_on_message__backstop_ffi(
        level: Level,
        text: &str,
    ) -> ::core::result::Result<(), ::backstop::__private::Raised> {
        ::backstop::__private::call(move || -> () { super::on_message(level, text) })
    }
    #[doc(hidden)]
    pub(super) fn __backstop_call_load__backstop_ffi(
        path: &str,
    ) -> ::core::result::Result<
        ::cxx::alloc::string::String,
        ::backstop::__private::Raised,
    > {
        ::backstop::__private::call_fallible(
            move || -> ::core::result::Result<::cxx::alloc::string::String, _> {
                super::load(path)
            },
            |error| ::backstop::__raise!(error),
        )
    }
    #[cfg(feature = "views")]
    #[allow(unused_unsafe)]
    #[doc(hidden)]
    pub(super) unsafe fn __backstop_call_longest__backstop_ffi<'a>(
        left: &'a str,
        right: &'a str,
    ) -> ::core::result::Result<&'a str, ::backstop::__private::Raised> {
        ::backstop::__private::call(move || -> &'a str {
            unsafe { super::longest(left, right) }
        })
    }
    impl Log {
        #[doc(hidden)]
        pub(super) fn __backstop_call_write__backstop_ffi(
            &mut self,
            line: ::cxx::alloc::string::String,
        ) -> ::core::result::Result<usize, ::backstop::__private::Raised> {
            ::backstop::__private::call(move || -> usize { Self::write(self, line) })
        }
    }
    impl Log {
        #[doc(hidden)]
        pub(super) fn __backstop_call_last__backstop_ffi(
            &self,
        ) -> ::core::result::Result<
            &::cxx::alloc::string::String,
            ::backstop::__private::Raised,
        > {
            ::backstop::__private::call(move || -> &::cxx::alloc::string::String {
                Self::last(self)
            })
        }
    }
    impl Log {
        #[doc(hidden)]
        pub(super) fn __backstop_call_with_capacity__backstop_ffi(
            lines: usize,
        ) -> ::core::result::Result<
            ::cxx::alloc::boxed::Box<Log>,
            ::backstop::__private::Raised,
        > {
            ::backstop::__private::call(move || -> ::cxx::alloc::boxed::Box<Log> {
                Self::with_capacity(lines)
            })
        }
    }
    impl Scope<'_> {
        #[doc(hidden)]
        pub(super) fn __backstop_call_close__backstop_ffi(
            &mut self,
        ) -> ::core::result::Result<(), ::backstop::__private::Raised> {
            ::backstop::__private::call(move || -> () { Self::close(self) })
        }
    }
}
#[allow(unused_imports)]
use self::ffi::__backstop_call_on_message__backstop_ffi;
#[allow(unused_imports)]
use self::ffi::__backstop_call_load__backstop_ffi;
#[cfg(feature = "views")]
#[allow(unused_imports)]
use self::ffi::__backstop_call_longest__backstop_ffi;
fn __backstop_translate_parse_failure__backstop_ffi(
    exception: &self::ffi::ParseError,
    _: &(),
) -> Option<NonZeroU32> {
    parse_failure(exception)
}
const _: () = ::core::assert!(
    ::core::option_env!("BACKSTOP_BRIDGE_f34df694eb52759c") .is_some(),
    "this bridge was not built by backstop_build\nhelp: in build.rs, give it this file in place of cxx_build\n\n    backstop_build::bridge(\"src/main.rs\").file(\"src/parser.cc\").compile(\"demo\");\n\nand add backstop-build to [build-dependencies] in Cargo.toml\nhelp: it finds bridges by the attribute `#[backstop::bridge]`, written in full, and not by a macro"
);
