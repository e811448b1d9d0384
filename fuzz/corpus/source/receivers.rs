//! Rust methods that C++ calls, on types of every kind.

use std::pin::Pin;

use self::ffi::{Card, Widget};

/// Of Rust.
pub struct Counter(i32);

impl Counter {
    fn get(&self) -> i32 {
        self.0
    }

    fn add(&mut self, more: i32) -> &mut i32 {
        self.0 += more;
        &mut self.0
    }

    fn checked(&self, limit: i32) -> Result<&i32, String> {
        if self.0 < limit { Ok(&self.0) } else { Err(format!("{} is too much", self.0)) }
    }

    fn make(number: i32) -> Box<Counter> {
        Box::new(Counter(number))
    }

    fn parse(text: &str) -> Result<Box<Counter>, std::num::ParseIntError> {
        text.parse().map(Self::make)
    }

    fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[..self.0 as usize]
    }
}

/// Of Rust, and borrows.
pub struct View<'a>(&'a [i32]);

impl<'a> View<'a> {
    fn first(&self) -> &i32 {
        &self.0[0]
    }

    fn all(&self) -> &'a [i32] {
        self.0
    }

    fn skip(&mut self) {
        self.0 = &self.0[1..];
    }
}

fn same<'a, 'b>(view: &'b View<'a>) -> &'b View<'a> {
    view
}

fn reborrow<'a>(view: &View<'a>) -> Box<View<'a>> {
    Box::new(View(view.0))
}

impl Card {
    fn title(&self) -> &String {
        &self.name
    }

    fn rename(&mut self, name: &str) {
        self.name = name.to_owned();
    }

    fn blank() -> Card {
        Card { name: "blank".to_owned() }
    }
}

impl Widget {
    fn described(&self) -> String {
        format!("number {}", self.number())
    }

    fn doubled(self: Pin<&mut Self>) -> i32 {
        let double = self.number() * 2;
        self.set(double);
        double
    }

    fn limit() -> i32 {
        100
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::receivers")]
pub mod ffi {
    /// Known to both.
    struct Card {
        /// What it is called.
        name: String,
    }

    extern "Rust" {
        type Counter;

        fn get(&self) -> i32;
        fn add(&mut self, more: i32) -> &mut i32;
        #[allow(clippy::needless_lifetimes)]
        unsafe fn checked<'a>(self: &'a Counter, limit: i32) -> Result<&'a i32>;
        #[Self = "Counter"]
        fn make(number: i32) -> Box<Counter>;
        #[Self = "Counter"]
        fn parse(text: &str) -> Result<Box<Counter>>;
        unsafe fn text<'a>(self: &Counter, text: &'a str) -> &'a str;
    }

    extern "Rust" {
        type View<'a>;

        unsafe fn first<'b>(self: &'b View) -> &'b i32;
        unsafe fn all<'a>(self: &View<'a>) -> &'a [i32];
        fn skip(self: &mut View);
        unsafe fn same<'a, 'b>(view: &'b View<'a>) -> &'b View<'a>;
        unsafe fn reborrow<'a>(view: &View<'a>) -> Box<View<'a>>;
    }

    #[namespace = "guarded::receivers"]
    extern "Rust" {
        fn title(self: &Card) -> &String;
        fn rename(self: &mut Card, name: &str);
        #[Self = "Card"]
        fn blank() -> Card;

        fn described(self: &Widget) -> String;
        fn doubled(self: Pin<&mut Widget>) -> i32;
        #[Self = "Widget"]
        #[rust_name = "limit"]
        fn upper_limit() -> i32;
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/receivers.h");

        /// Of C++.
        type Widget;
        /// Reads it.
        fn number(&self) -> i32;
        /// Writes it.
        fn set(self: Pin<&mut Widget>, number: i32);
    }

    #[guard]
    unsafe extern "C++" {
        /// Each answers where it found something wrong; 0 if nowhere.
        fn on_types_of_rust() -> Result<i32>;
        /// As above.
        fn on_types_that_borrow(view: &mut View) -> Result<i32>;
        /// As above.
        fn on_shared_structs() -> Result<i32>;
        /// As above.
        fn on_types_of_cxx() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::{View, ffi};
    use crate::every_mood;

    #[test]
    fn types_of_rust() {
        every_mood!(wrong = ffi::on_types_of_rust() => assert_eq!(wrong, 0));
        every_mood!(wrong = ffi::on_types_that_borrow(&mut View(&[1, 2])) => assert_eq!(wrong, 0));
    }

    #[test]
    fn types_of_both() {
        every_mood!(wrong = ffi::on_shared_structs() => assert_eq!(wrong, 0));
    }

    #[test]
    fn types_of_cxx() {
        every_mood!(wrong = ffi::on_types_of_cxx() => assert_eq!(wrong, 0));
    }
}
