//! Shared structs: by value and by reference, their derives, methods, alignment, and fields.

use cxx::{ExternType, type_id};

/// Defined in C++, and once more here.
#[repr(C)]
pub struct Existing {
    /// The number.
    pub number: i32,
}

// SAFETY: the C++ struct has the same field, and nothing that forbids moving it as Rust does.
unsafe impl ExternType for Existing {
    type Id = type_id!("guarded::structs::Existing");
    type Kind = cxx::kind::Trivial;
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::structs")]
pub mod ffi {
    /// With all that can be derived, on both sides.
    #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Card {
        /// 2 and upward.
        rank: u8,
        /// Of the card.
        name: String,
    }

    /// With all sorts of fields.
    struct Hand {
        /// An array.
        numbers: [i32; 4],
        /// Another struct.
        first: Card,
        /// A Rust vector of them.
        others: Vec<Card>,
        /// A C++ string.
        note: UniquePtr<CxxString>,
    }

    /// More than a byte needs.
    #[derive(Clone, Copy)]
    #[repr(align(64))]
    struct Aligned {
        /// The byte.
        byte: u8,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/structs.h");

        /// That of C++.
        type Existing = super::Existing;

        /// By value.
        fn existing(number: i32) -> Result<Existing>;
        /// A method of what the block declares.
        fn get(&self) -> Result<i32>;
        /// Changes it.
        fn set(&mut self, value: i32) -> Result<&mut i32>;
    }

    #[guard]
    unsafe extern "C++" {
        /// By value.
        fn promoted(card: Card) -> Result<Card>;
        /// By reference.
        fn higher<'a>(left: &'a Card, right: &'a Card) -> Result<&'a Card>;
        /// To be changed.
        fn rename(card: &mut Card, name: &str) -> Result<()>;
        /// Out of many parts.
        fn deal(card: Card) -> Result<Hand>;
        /// Of many parts.
        fn size(hand: Hand) -> Result<usize>;
        /// As C++ sees it.
        fn is_aligned(aligned: &Aligned) -> Result<bool>;

        /// By the operators of the C++ struct.
        fn equal(left: &Card, right: &Card) -> Result<bool>;
        /// By the operators of the C++ struct.
        fn less(left: &Card, right: &Card) -> Result<bool>;

        /// A method.
        fn get(self: &Card) -> Result<u8>;
        /// A method that may change it.
        fn place(self: &mut Card) -> Result<&mut u8>;
        /// A static method.
        #[Self = "Card"]
        fn joker() -> Result<Card>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Aligned, Card, Existing};
    use crate::every_mood;
    use std::collections::HashSet;

    fn card(rank: u8) -> Card {
        Card { rank, name: format!("card {rank}") }
    }

    #[test]
    fn by_value_and_by_reference() {
        every_mood!(promoted = ffi::promoted(card(3)) => assert_eq!(promoted, Card { rank: 4, name: "card 3".into() }));
        let (low, high) = (card(2), card(10));
        every_mood!(higher = ffi::higher(&low, &high) => assert!(std::ptr::eq(higher, &high)));
        let mut named = card(5);
        every_mood!(() = ffi::rename(&mut named, "knave") => assert_eq!(named.name, "knave"));
    }

    #[test]
    fn with_all_sorts_of_fields() {
        every_mood!(hand = ffi::deal(card(7)) => {
            assert_eq!(hand.numbers, [1, 2, 3, 4]);
            assert_eq!(hand.first, hand.others[0]);
            assert_eq!(hand.note.to_str(), Ok("note"));
        });
        every_mood!(let hand = ffi::deal(card(7)).unwrap(); size = ffi::size(hand) => assert_eq!(size, 2));
        every_mood!(aligned = ffi::is_aligned(&Aligned { byte: 1 }) => assert!(aligned));
    }

    #[test]
    fn derives_hold_on_both_sides() {
        let (left, right) = (card(2), card(10));
        assert!(left < right && left.clone() == left && Card::default().rank == 0);
        every_mood!(equal = ffi::equal(&left, &left) => assert!(equal));
        every_mood!(less = ffi::less(&left, &right) => assert!(less));
        assert!(HashSet::from([left, right]).contains(&card(10)));
    }

    #[test]
    fn methods() {
        let mut own = card(9);
        every_mood!(rank = own.get() => assert_eq!(rank, 9));
        every_mood!(place = own.place() => *place = 11);
        assert_eq!(own.rank, 11);
        every_mood!(joker = Card::joker() => assert_eq!((joker.rank, &*joker.name), (15, "joker")));
    }

    #[test]
    fn defined_in_cxx() {
        every_mood!(existing = ffi::existing(4) => assert_eq!(existing.number, 4));
        let mut existing = Existing { number: 5 };
        every_mood!(number = existing.get() => assert_eq!(number, 5));
        every_mood!(number = existing.set(6) => *number += 1);
        assert_eq!(existing.number, 7);
    }
}
