//! Types of C++ that are bound by hand, as bindgen binds them.

use cxx::{ExternType, type_id};

/// Seen from behind a pointer only.
#[repr(C)]
pub struct Hidden {
    _private: [u8; 0],
}

// SAFETY: there is such a type of C++, and nobody has one by value.
unsafe impl ExternType for Hidden {
    type Id = type_id!("guarded::extern_types::Hidden");
    type Kind = cxx::kind::Opaque;
}

/// A pair of numbers on both sides.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The first.
    pub from: i32,
    /// The one after the last.
    pub to: i32,
}

// SAFETY: the C++ struct has the same fields, and nothing that forbids moving it as Rust does.
unsafe impl ExternType for Span {
    type Id = type_id!("guarded::extern_types::Span");
    type Kind = cxx::kind::Trivial;
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::extern_types")]
pub mod ffi {
    /// With fields of such a type.
    #[derive(Clone, Debug, PartialEq)]
    struct Spans {
        /// By itself.
        all: Span,
        /// In a vector.
        each: Vec<Span>,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/extern_types.h");

        /// That of the module around.
        type Hidden = super::Hidden;
        /// That of the module around.
        type Span = super::Span;

        /// Owned.
        fn hidden(number: i32) -> Result<UniquePtr<Hidden>>;
        /// Borrowed.
        fn reveal(hidden: &Hidden) -> Result<&i32>;
        /// By value.
        fn longer(left: Span, right: Span) -> Result<Span>;
        /// In a struct.
        fn halves(span: Span) -> Result<Spans>;
    }

    impl UniquePtr<Hidden> {}
    impl Vec<Span> {}
}

#[cfg(test)]
mod tests {
    use super::{Span, ffi};
    use crate::every_mood;

    #[test]
    fn behind_pointers() {
        every_mood!(hidden = ffi::hidden(3) => assert_eq!(*ffi::reveal(&hidden).unwrap(), 3));
        let hidden = ffi::hidden(4).unwrap();
        every_mood!(number = ffi::reveal(&hidden) => assert_eq!(*number, 4));
    }

    #[test]
    fn by_value() {
        let (short, long) = (Span { from: 0, to: 1 }, Span { from: 2, to: 8 });
        every_mood!(longer = ffi::longer(short, long) => assert_eq!(longer, long));
        every_mood!(spans = ffi::halves(long) => {
            assert_eq!(spans.all, long);
            assert_eq!(spans.each, [Span { from: 2, to: 5 }, Span { from: 5, to: 8 }]);
        });
    }
}
