//! Vectors of both languages.

/// The bridge.
#[backstop::bridge(namespace = "guarded::vectors")]
pub mod ffi {
    /// An element.
    #[derive(Clone, Debug, PartialEq)]
    struct Item {
        /// What it is called.
        name: String,
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/vectors.h");

        /// Of C++.
        type Opaque;
        /// Needs no guard.
        fn value(&self) -> i32;
    }

    #[guard]
    unsafe extern "C++" {
        /// Takes one and gives one.
        #[cxx_name = "reversed"]
        fn reversed_bytes(values: Vec<u8>) -> Result<Vec<u8>>;
        /// Takes one and gives one.
        #[cxx_name = "reversed"]
        fn reversed_bools(values: Vec<bool>) -> Result<Vec<bool>>;
        /// Takes one and gives one.
        #[cxx_name = "reversed"]
        fn reversed_texts(values: Vec<String>) -> Result<Vec<String>>;
        /// Takes one and gives one.
        #[cxx_name = "reversed"]
        fn reversed_items(values: Vec<Item>) -> Result<Vec<Item>>;
        /// Of borrowed texts.
        #[cxx_name = "reversed"]
        fn reversed_borrowed<'a>(values: Vec<&'a str>) -> Result<Vec<&'a str>>;
        /// Borrows one.
        #[cxx_name = "count"]
        fn count_items(values: &Vec<Item>) -> Result<usize>;
        /// Changes one, and borrows it.
        fn push(values: &mut Vec<i32>, value: i32) -> Result<&mut Vec<i32>>;
        /// Throws when there is no such element.
        fn at(values: &Vec<u8>, index: usize) -> Result<u8>;

        /// A C++ vector.
        #[cxx_name = "copied"]
        fn copied_doubles(values: &[f64]) -> Result<UniquePtr<CxxVector<f64>>>;
        /// A C++ vector.
        #[cxx_name = "copied"]
        fn copied_items(values: &[Item]) -> Result<UniquePtr<CxxVector<Item>>>;
        /// A C++ vector of strings.
        fn texts(values: &[&str]) -> Result<UniquePtr<CxxVector<CxxString>>>;
        /// A C++ vector of what only C++ knows.
        fn opaques(end: i32) -> Result<UniquePtr<CxxVector<Opaque>>>;
        /// Borrows one.
        fn sum(values: &CxxVector<f64>) -> Result<f64>;
        /// Changes one, and borrows it.
        fn scale(values: Pin<&mut CxxVector<f64>>, factor: f64) -> Result<Pin<&mut CxxVector<f64>>>;
        /// Takes one and gives one.
        #[cxx_name = "pass"]
        fn pass_items(values: UniquePtr<CxxVector<Item>>) -> Result<UniquePtr<CxxVector<Item>>>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Item};
    use crate::{Failure, every_mood};

    fn items() -> Vec<Item> {
        vec![Item { name: "one".to_owned() }, Item { name: "two".to_owned() }]
    }

    #[test]
    fn rust_vectors() {
        every_mood!(reversed = ffi::reversed_bytes(vec![1, 2, 3]) => assert_eq!(reversed, [3, 2, 1]));
        every_mood!(reversed = ffi::reversed_bools(vec![true, false]) => assert_eq!(reversed, [false, true]));
        every_mood!(reversed = ffi::reversed_texts(vec!["a".into(), "b".into()]) => assert_eq!(reversed, ["b", "a"]));
        every_mood!(reversed = ffi::reversed_borrowed(vec!["a", "b"]) => assert_eq!(reversed, ["b", "a"]));
        every_mood!(reversed = ffi::reversed_items(items()) => assert_eq!(reversed[1], items()[0]));
        every_mood!(count = ffi::count_items(&items()) => assert_eq!(count, 2));
        every_mood!(count = ffi::count_items(&Vec::new()) => assert_eq!(count, 0));
    }

    #[test]
    fn a_rust_vector_changed_in_place() {
        let mut values = vec![1];
        every_mood!(same = ffi::push(&mut values, 2) => same.push(3));
        assert_eq!(values[..5], [1, 2, 3, 2, 3]);
    }

    // X9
    #[test]
    fn an_index_past_the_end_is_an_exception() {
        every_mood!(value = ffi::at(&vec![1, 2, 3], 2) => assert_eq!(value, 3));
        let error = ffi::at(&vec![1, 2, 3], 100).unwrap_err();
        assert_eq!(error.text(), "rust::Vec index out of range");
    }

    #[test]
    fn cxx_vectors() {
        every_mood!(values = ffi::copied_doubles(&[0.5, 1.5]) => assert_eq!(values.as_slice(), [0.5, 1.5]));
        every_mood!(values = ffi::copied_items(&items()) => assert_eq!(values.as_slice(), items()));
        every_mood!(texts = ffi::texts(&["a", "b"]) => assert_eq!(texts.get(1).unwrap().to_str(), Ok("b")));
        every_mood!(opaques = ffi::opaques(4) => assert_eq!(opaques.iter().map(ffi::Opaque::value).sum::<i32>(), 6));
        every_mood!(
            let values = ffi::copied_items(&items()).unwrap();
            same = ffi::pass_items(values) => assert_eq!(same.as_slice(), items())
        );
    }

    #[test]
    fn a_cxx_vector_changed_in_place() {
        let mut values = ffi::copied_doubles(&[1.0, 2.0]).unwrap();
        every_mood!(sum = ffi::sum(&values) => assert_eq!(sum, 3.0));
        every_mood!(mut same = ffi::scale(values.pin_mut(), 2.0) => same.as_mut().push(0.5));
        assert!(values.len() >= 4 && values.as_slice()[1] == 2.0 * values.as_slice()[0]);
    }
}
