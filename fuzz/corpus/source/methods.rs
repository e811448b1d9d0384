//! Methods: with the type's name, without it where there is but one, static, and on types of Rust.

/// Of Rust, with methods that C++ adds.
#[derive(Default)]
pub struct Tally(i32);

impl Tally {
    fn value(&self) -> i32 {
        self.0
    }

    fn increase(&mut self) {
        self.0 += 1;
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::methods")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/methods.h");

        /// The only type of this block.
        type Counter;

        /// A static method.
        #[Self = "Counter"]
        fn make(number: i32) -> Result<UniquePtr<Counter>>;
        /// Of the block's type.
        fn get(&self) -> Result<i32>;
        /// Of the block's type, which it changes.
        fn add(self: Pin<&mut Self>, more: i32) -> Result<i32>;
        /// One of two.
        #[rust_name = "of_const"]
        fn overloaded(&self) -> Result<i32>;
        /// The other.
        #[rust_name = "of_mutable"]
        fn overloaded(self: Pin<&mut Self>) -> Result<i32>;
    }

    #[guard]
    unsafe extern "C++" {
        /// Another type.
        type Other;
        /// A third, so that methods need the type's name.
        type Third;

        /// With the type's name.
        fn look(self: &Counter) -> Result<&i32>;
        /// With the type's name, and changeable.
        fn place(self: Pin<&mut Counter>) -> Result<&mut i32>;
        /// With a lifetime's name.
        fn myself<'a>(self: Pin<&'a mut Counter>) -> Result<Pin<&'a mut Counter>>;
        /// By the same name as one of the other type.
        fn get(self: &Other) -> Result<i32>;
        /// A static method.
        #[Self = "Other"]
        fn limit() -> Result<i32>;
        /// No method.
        fn other() -> Result<UniquePtr<Other>>;
    }

    extern "Rust" {
        type Tally;

        fn value(&self) -> i32;
        fn increase(&mut self);
    }

    #[guard]
    unsafe extern "C++" {
        /// C++ on a type of Rust.
        fn shown(self: &Tally) -> Result<i32>;
        /// C++ on a type of Rust, which it changes.
        fn count(self: &mut Tally) -> Result<()>;
        /// Static C++ on a type of Rust.
        #[Self = "Tally"]
        fn start() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use super::ffi::{self, Counter, Other};
    use crate::every_mood;

    #[test]
    fn without_the_name_of_the_type() {
        every_mood!(counter = Counter::make(3) => assert_eq!(counter.get().unwrap(), 3));
        let mut counter = Counter::make(4).unwrap();
        every_mood!(number = counter.get() => assert_eq!(number, 4));
        every_mood!(number = counter.pin_mut().add(0) => assert_eq!(number, 4));
    }

    #[test]
    fn overloads() {
        let mut counter = Counter::make(5).unwrap();
        every_mood!(number = counter.of_const() => assert_eq!(number, 5));
        every_mood!(number = counter.pin_mut().of_mutable() => assert_eq!(number, -5));
    }

    #[test]
    fn with_the_name_of_the_type() {
        let mut counter = Counter::make(6).unwrap();
        every_mood!(number = counter.look() => assert_eq!(*number, 6));
        every_mood!(place = counter.pin_mut().place() => *place = 7);
        every_mood!(myself = counter.pin_mut().myself() => assert_eq!(myself.get().unwrap(), 7));
        let other = ffi::other().unwrap();
        every_mood!(number = other.get() => assert_eq!(number, 5));
        every_mood!(limit = Other::limit() => assert_eq!(limit, 1000));
        every_mood!(other = ffi::other() => assert!(!other.is_null()));
    }

    #[test]
    fn of_cxx_on_types_of_rust() {
        let mut tally = Tally::default();
        every_mood!(() = tally.count() => assert!(tally.0 > 0));
        every_mood!(shown = tally.shown() => assert_eq!(shown, tally.0));
        every_mood!(start = Tally::start() => assert_eq!(start, 1));
    }
}
