//! Text of both languages: borrowed, owned, and changed in place.

/// The bridge.
#[backstop::bridge(namespace = "guarded::strings")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/strings.h");

        /// In bytes.
        fn length(text: &str) -> Result<usize>;
        /// Borrows from its argument.
        fn first_word(text: &str) -> Result<&str>;
        /// Takes one, and gives another.
        fn twice(text: String) -> Result<String>;
        /// Borrows from one of its arguments.
        fn longer<'a>(left: &'a String, right: &'a String) -> Result<&'a String>;
        /// Changes a Rust string.
        fn append(text: &mut String, more: &str) -> Result<()>;

        /// A C++ string.
        fn make(text: &str) -> Result<UniquePtr<CxxString>>;
        /// Takes and gives.
        fn pass(text: UniquePtr<CxxString>) -> Result<UniquePtr<CxxString>>;
        /// In bytes.
        fn bytes(text: &CxxString) -> Result<usize>;
        /// Changes a C++ string, and borrows it.
        fn extend<'a>(text: Pin<&'a mut CxxString>, more: &str) -> Result<Pin<&'a mut CxxString>>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    // X3
    #[test]
    fn borrowed_rust_text() {
        every_mood!(length = ffi::length("") => assert_eq!(length, 0));
        every_mood!(length = ffi::length("größer") => assert_eq!(length, 8));
        let text = "first second".to_owned();
        every_mood!(word = ffi::first_word(&text) => {
            assert_eq!(word, "first");
            assert_eq!(word.as_ptr(), text.as_ptr());
        });
    }

    // X3
    #[test]
    fn owned_rust_text() {
        every_mood!(text = ffi::twice("ab".to_owned()) => assert_eq!(text, "abab"));
        every_mood!(text = ffi::twice(String::new()) => assert_eq!(text, ""));
        let (left, right) = ("left".to_owned(), "right".to_owned());
        every_mood!(longer = ffi::longer(&left, &right) => assert!(std::ptr::eq(longer, &right)));
    }

    #[test]
    fn rust_text_changed_in_place() {
        let mut text = "a".to_owned();
        every_mood!(() = ffi::append(&mut text, "b") => assert!(text.starts_with("ab")));
        assert!(text.bytes().skip(1).all(|byte| byte == b'b'));
    }

    // X3
    #[test]
    fn cxx_text() {
        every_mood!(text = ffi::make("text") => assert_eq!(text.to_str(), Ok("text")));
        every_mood!(
            let text = ffi::make("to and fro").unwrap();
            same = ffi::pass(text) => assert_eq!(same.to_str(), Ok("to and fro"))
        );
        let text = ffi::make("seven").unwrap();
        every_mood!(bytes = ffi::bytes(&text) => assert_eq!(bytes, 5));
        cxx::let_cxx_string!(on_the_stack = "stack");
        every_mood!(bytes = ffi::bytes(&on_the_stack) => assert_eq!(bytes, 5));
    }

    #[test]
    fn cxx_text_changed_in_place() {
        let mut text = ffi::make("a").unwrap();
        every_mood!(mut same = ffi::extend(text.pin_mut(), "b") => same.as_mut().push_str("c"));
        assert!(text.to_str().unwrap().starts_with("abcbc"));
    }
}
