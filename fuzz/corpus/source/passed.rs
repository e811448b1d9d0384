//! What Rust functions get from C++ and give to it: values of every kind, borrowed ones, and results of every kind.

use cxx::{CxxString, CxxVector, SharedPtr, UniquePtr};
use std::error::Error;
use std::fmt::Display;
use std::pin::Pin;

use self::ffi::{Mark, Pair, Thing};

/// Of Rust.
pub struct Owned(i32);

type Fallible<T> = std::result::Result<T, Box<dyn Error>>;

fn number(byte: u8, is_set: bool, size: usize, real: f64) -> f64 {
    f64::from(byte) + f64::from(u8::from(is_set)) + size as f64 + real
}

fn pair(pair: Pair) -> Pair {
    Pair { left: pair.right, right: pair.left }
}

fn higher<'a>(left: &'a Pair, _: &'a Pair) -> &'a Pair {
    left
}

fn change(pair: &mut Pair) {
    pair.left += 1;
}

fn mark(mark: Mark) -> Mark {
    if mark == Mark::Low { Mark::High } else { Mark::Low }
}

fn array(numbers: [i32; 3]) -> [i32; 3] {
    numbers.map(|number| number * 2)
}

fn boxed(mut owned: Box<Owned>) -> Box<Owned> {
    owned.0 += 1;
    owned
}

fn value(owned: &Owned) -> &i32 {
    &owned.0
}

fn place(owned: &mut Owned) -> &mut i32 {
    &mut owned.0
}

fn texts(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().rev().collect()
}

fn pairs(pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.into_iter().map(pair).collect()
}

fn push(numbers: &mut Vec<u8>, text: &mut String) {
    numbers.push(text.len() as u8);
    text.push('!');
}

fn unique(thing: UniquePtr<Thing>) -> UniquePtr<Thing> {
    assert_eq!(thing.get(), 5);
    thing
}

fn shared(thing: SharedPtr<Thing>) -> SharedPtr<Thing> {
    thing
}

fn pinned(thing: Pin<&mut Thing>) -> Pin<&mut Thing> {
    thing
}

fn of_cxx(text: &CxxString, numbers: &CxxVector<i32>) -> UniquePtr<CxxString> {
    let mut joined = ffi::empty_text();
    joined.pin_mut().push_str(&text.to_string_lossy());
    numbers.iter().for_each(|number| joined.pin_mut().push_str(&number.to_string()));
    joined
}

fn tail(bytes: &[u8]) -> &[u8] {
    &bytes[1..]
}

fn rest(text: &str) -> &str {
    &text[1..]
}

fn sort(numbers: &mut [i32]) -> &mut [i32] {
    numbers.sort();
    numbers
}

fn lefts(pairs: &[Pair]) -> i32 {
    pairs.iter().map(|pair| pair.left).sum()
}

unsafe fn next(number: *const i32) -> *const i32 {
    // SAFETY: as the caller says.
    unsafe { number.add(1) }
}

unsafe fn first<'a>(left: &'a str, _right: &str) -> &'a str {
    left
}

// Its declaration says that it is unsafe.
fn safe(_: *const u8) -> bool {
    true
}

fn describe(error: Pair, _: i32, kind: &str) -> String {
    format!("{} {kind}", error.left)
}

fn by_other_name() -> i32 {
    7
}

fn boxed_error(number: i32) -> Fallible<i32> {
    if number < 0 { Err("it is negative")? } else { Ok(number) }
}

fn any_error(number: i32) -> Result<(), impl Display> {
    if number < 0 { Err("it is negative") } else { Ok(()) }
}

fn borrowing(text: &str) -> Result<&str, String> {
    text.get(1..).ok_or_else(|| "it is empty".to_owned())
}

fn fallible_box(number: i32) -> Result<Box<Owned>, std::num::TryFromIntError> {
    u8::try_from(number).map(|number| Box::new(Owned(number.into())))
}

fn fallible_pairs(count: usize) -> Result<Vec<Pair>, std::fmt::Error> {
    Ok((0..count).map(|_| Pair { left: 1, right: 2 }).collect())
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::passed")]
pub mod ffi {
    /// Known to both.
    #[derive(Clone)]
    struct Pair {
        /// One.
        left: i32,
        /// The other.
        right: i32,
    }

    /// Known to both.
    enum Mark {
        /// One.
        Low,
        /// The other.
        High,
    }

    extern "Rust" {
        type Owned;

        fn number(byte: u8, is_set: bool, size: usize, real: f64) -> f64;
        fn pair(pair: Pair) -> Pair;
        unsafe fn higher<'a>(left: &'a Pair, _: &'a Pair) -> &'a Pair;
        fn change(pair: &mut Pair);
        fn mark(mark: Mark) -> Mark;
        fn array(numbers: [i32; 3]) -> [i32; 3];

        fn boxed(owned: Box<Owned>) -> Box<Owned>;
        fn value(owned: &Owned) -> &i32;
        fn place(owned: &mut Owned) -> &mut i32;
        fn texts(texts: Vec<String>) -> Vec<String>;
        fn pairs(pairs: Vec<Pair>) -> Vec<Pair>;
        fn push(numbers: &mut Vec<u8>, text: &mut String) -> ();

        fn unique(thing: UniquePtr<Thing>) -> UniquePtr<Thing>;
        fn shared(thing: SharedPtr<Thing>) -> SharedPtr<Thing>;
        fn pinned(thing: Pin<&mut Thing>) -> Pin<&mut Thing>;
        fn of_cxx(text: &CxxString, numbers: &CxxVector<i32>) -> UniquePtr<CxxString>;

        fn tail(bytes: &[u8]) -> &[u8];
        fn rest(text: &str) -> &str;
        fn sort(numbers: &mut [i32]) -> &mut [i32];
        fn lefts(pairs: &[Pair]) -> i32;

        unsafe fn next(number: *const i32) -> *const i32;
        unsafe fn first<'a>(left: &'a str, right: &str) -> &'a str;
        unsafe fn safe(number: *const u8) -> bool;

        /// Has arguments of awkward names.
        fn describe(error: Pair, _: i32, kind: &str) -> String;
        #[cxx_name = "otherName"]
        #[rust_name = "by_other_name"]
        fn by_a_third_name() -> i32;
        #[cfg(windows)]
        fn nowhere();

        fn boxed_error(number: i32) -> Result<i32>;
        fn any_error(number: i32) -> Result<()>;
        fn borrowing(text: &str) -> Result<&str>;
        fn fallible_box(number: i32) -> Result<Box<Owned>>;
        fn fallible_pairs(count: usize) -> Result<Vec<Pair>>;
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/passed.h");

        /// Of C++.
        type Thing;
        /// Reads it.
        fn get(&self) -> i32;
        /// Makes one.
        fn empty_text() -> UniquePtr<CxxString>;
    }

    #[guard]
    unsafe extern "C++" {
        /// Each answers where it found something wrong; 0 if nowhere.
        fn plain_values() -> Result<i32>;
        /// As above.
        fn owned_values(owned: Box<Owned>) -> Result<i32>;
        /// As above.
        fn values_of_cxx() -> Result<i32>;
        /// As above.
        fn borrowed_values() -> Result<i32>;
        /// As above.
        fn unsafe_functions() -> Result<i32>;
        /// As above.
        fn names() -> Result<i32>;
        /// As above.
        fn results() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Owned, ffi};
    use crate::every_mood;

    #[test]
    fn by_value() {
        every_mood!(wrong = ffi::plain_values() => assert_eq!(wrong, 0));
        every_mood!(wrong = ffi::owned_values(Box::new(Owned(1))) => assert_eq!(wrong, 0));
        every_mood!(wrong = ffi::values_of_cxx() => assert_eq!(wrong, 0));
    }

    #[test]
    fn borrowed() {
        every_mood!(wrong = ffi::borrowed_values() => assert_eq!(wrong, 0));
        every_mood!(wrong = ffi::unsafe_functions() => assert_eq!(wrong, 0));
    }

    #[test]
    fn names() {
        every_mood!(wrong = ffi::names() => assert_eq!(wrong, 0));
    }

    #[test]
    fn results() {
        every_mood!(wrong = ffi::results() => assert_eq!(wrong, 0));
    }
}
