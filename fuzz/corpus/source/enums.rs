//! Shared enums: discriminants, representation, derives, and those that C++ defines.

/// The bridge.
#[backstop::bridge(namespace = "guarded::enums")]
pub mod ffi {
    /// With all that can be derived for any enum.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    enum Suit {
        /// First.
        Clubs,
        /// Second.
        #[default]
        Diamonds,
        /// With a number of its own.
        Hearts = 6,
        /// One more.
        Spades,
    }

    /// Of a chosen size, and combined bit by bit.
    #[derive(BitAnd, BitOr, BitXor)]
    #[repr(i16)]
    enum Rights {
        /// One bit.
        Read = 1,
        /// Another.
        Write = 2,
        /// All of them.
        All = -1,
    }

    /// Defined in C++.
    #[repr(u32)]
    enum Existing {
        /// Of course.
        Yes = 1,
        /// Not at all.
        No = 70000,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/enums.h");

        type Existing;

        /// By value.
        fn next(suit: Suit) -> Result<Suit>;
        /// By reference.
        fn same(suit: &Suit) -> Result<&Suit>;
        /// To be changed, also to what has no name.
        fn turn(suit: &mut Suit, number: u8) -> Result<()>;
        /// By the operators of the C++ enum.
        fn combined(left: Rights, right: Rights) -> Result<Rights>;
        /// By value.
        fn opposite(answer: Existing) -> Result<Existing>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Existing, Rights, Suit};
    use crate::every_mood;

    #[test]
    fn by_value_and_by_reference() {
        every_mood!(next = ffi::next(Suit::Clubs) => assert_eq!(next, Suit::Diamonds));
        let suit = Suit::Hearts;
        every_mood!(same = ffi::same(&suit) => assert!(std::ptr::eq(same, &suit)));
    }

    #[test]
    fn numbers_without_a_name_are_kept() {
        let mut suit = Suit::Spades;
        every_mood!(() = ffi::turn(&mut suit, 200) => match suit {
            Suit::Clubs | Suit::Diamonds | Suit::Hearts | Suit::Spades => panic!("it has become another"),
            other => assert_eq!(other.repr, 200),
        });
    }

    #[test]
    fn derives() {
        assert_eq!(Suit::default(), Suit::Diamonds);
        assert!(Suit::Clubs < Suit::Spades && Suit::Spades.repr == 7);
        assert!(Rights::Read | Rights::Write == Rights { repr: 3 });
        every_mood!(both = ffi::combined(Rights::Read, Rights::All) => assert_eq!(both.repr, -2));
    }

    #[test]
    fn defined_in_cxx() {
        every_mood!(answer = ffi::opposite(Existing::Yes) => assert!(answer == Existing::No));
    }
}
