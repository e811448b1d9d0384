//! What the guide's tutorial is about: a store of C++ that asks Rust for the parts of what it is to keep, and describes
//! what it has.

use std::collections::VecDeque;

/// Gives one part after the other; of Rust.
pub struct Parts {
    rest: VecDeque<Vec<u8>>,
    given: Vec<u8>,
}

impl Parts {
    /// Of these texts.
    pub fn of(texts: &[&str]) -> Self {
        Self { rest: texts.iter().map(|text| text.as_bytes().to_vec()).collect(), given: Vec::new() }
    }

    /// Borrowed until the next one is asked for; empty after the last.
    fn next(&mut self) -> &[u8] {
        self.given = self.rest.pop_front().unwrap_or_default();
        &self.given
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::tutorial")]
pub mod ffi {
    /// What the store says of something that it keeps.
    #[derive(Debug, PartialEq)]
    struct Description {
        /// In bytes.
        size: usize,
        /// In their order.
        labels: Vec<String>,
    }

    extern "Rust" {
        type Parts;

        fn next(&mut self) -> &[u8];
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/tutorial.h");

        /// Of C++.
        type Store;

        /// An empty one.
        fn open_store() -> Result<UniquePtr<Store>>;
        /// Asks for all parts, and returns a number for them. If something happens, then after the first.
        fn keep(self: Pin<&mut Store>, parts: &mut Parts) -> Result<u64>;
        /// Throws when there is no such number.
        fn label(self: Pin<&mut Store>, number: u64, label: &str) -> Result<()>;
        /// Throws when there is no such number.
        fn describe(&self, number: u64) -> Result<Description>;
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;
    use super::ffi::{self, Description};
    use crate::{Failure, every_mood};

    #[test]
    fn there_and_back_and_there_again() {
        every_mood!(store = ffi::open_store() => assert!(!store.is_null()));
        let mut store = ffi::open_store().unwrap();
        every_mood!(
            let mut parts = Parts::of(&["first, ", "second, ", "third"]);
            number = store.pin_mut().keep(&mut parts)
                => assert_eq!(store.describe(number).unwrap(), Description { size: 20, labels: vec![] })
        );
        let number = store.pin_mut().keep(&mut Parts::of(&["more"])).unwrap();
        every_mood!(() = store.pin_mut().label(number, "rust") => {});
        store.pin_mut().label(number, "c++").unwrap();
        every_mood!(description = store.describe(number) => assert_eq!(description.labels, ["c++", "rust"]));
    }

    #[test]
    fn what_is_not_there() {
        let mut store = ffi::open_store().unwrap();
        assert_eq!(store.describe(7).unwrap_err().text(), "nothing is kept as number 7");
        assert_eq!(store.pin_mut().label(8, "rust").unwrap_err().text(), "nothing is kept as number 8");
    }
}
