//! Smart pointers of both languages, and raw ones.

/// Owned by Rust, and carried about by C++.
pub struct Owned(pub i32);

/// The bridge.
#[backstop::bridge(namespace = "guarded::pointers")]
pub mod ffi {
    /// Known to both.
    struct Shared {
        /// Something to recognise it by.
        number: i32,
    }

    extern "Rust" {
        type Owned;
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/pointers.h");

        /// Of C++.
        type Widget;
        /// Needs no guard.
        fn value(&self) -> i32;
    }

    #[guard]
    unsafe extern "C++" {
        /// Takes and gives.
        fn pass_box(owned: Box<Owned>) -> Result<Box<Owned>>;
        /// Takes and gives several.
        fn pass_boxes(owned: Vec<Box<Owned>>) -> Result<Vec<Box<Owned>>>;
        /// Borrows through a box.
        fn owned(owned: &Box<Owned>) -> Result<&Owned>;

        /// Gives.
        fn make(number: i32) -> Result<UniquePtr<Widget>>;
        /// Gives null.
        fn none() -> Result<UniquePtr<Widget>>;
        /// Takes and gives.
        fn pass(widget: UniquePtr<Widget>) -> Result<UniquePtr<Widget>>;
        /// Borrows through a pointer.
        fn borrow(widget: &UniquePtr<Widget>) -> Result<&Widget>;
        /// Gives a shared struct.
        fn unique_shared(number: i32) -> Result<UniquePtr<Shared>>;

        /// Takes one kind of pointer, and gives another.
        fn share(widget: UniquePtr<Widget>) -> Result<SharedPtr<Widget>>;
        /// Gives a number.
        fn shared_number(number: i32) -> Result<SharedPtr<i32>>;
        /// Gives a string.
        fn shared_text(text: &str) -> Result<SharedPtr<CxxString>>;
        /// Takes a weak one to a string.
        #[rust_name = "is_text_gone"]
        fn is_gone(text: WeakPtr<CxxString>) -> Result<bool>;
        /// Without the one that it gets.
        fn owners(widget: SharedPtr<Widget>) -> Result<usize>;
        /// Gives a weak one.
        fn watch(widget: &SharedPtr<Widget>) -> Result<WeakPtr<Widget>>;
        /// Takes a weak one.
        fn is_gone(widget: WeakPtr<Widget>) -> Result<bool>;

        /// Gives a raw one.
        fn pointer_to(widget: &Widget) -> Result<*const Widget>;
        /// # Safety
        ///
        /// 1. It points to a widget.
        unsafe fn read(widget: *const Widget) -> Result<i32>;
        /// # Safety
        ///
        /// 1. There are so many bytes.
        unsafe fn advance(bytes: *mut u8, by: usize) -> Result<*mut u8>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Owned, ffi};
    use crate::every_mood;
    use cxx::SharedPtr;

    // X3
    #[test]
    fn boxes() {
        every_mood!(owned = ffi::pass_box(Box::new(Owned(3))) => assert_eq!(owned.0, 3));
        let several = || vec![Box::new(Owned(1)), Box::new(Owned(2))];
        every_mood!(owned = ffi::pass_boxes(several()) => assert_eq!(owned[1].0, 2));
        let owned = Box::new(Owned(4));
        every_mood!(inside = ffi::owned(&owned) => assert!(std::ptr::eq(inside, &*owned)));
    }

    #[test]
    fn unique_pointers() {
        every_mood!(widget = ffi::make(5) => assert_eq!(widget.value(), 5));
        every_mood!(widget = ffi::none() => assert!(widget.is_null()));
        every_mood!(let widget = ffi::make(6).unwrap(); same = ffi::pass(widget) => assert_eq!(same.value(), 6));
        let widget = ffi::make(7).unwrap();
        every_mood!(inside = ffi::borrow(&widget) => assert!(std::ptr::eq(inside, &*widget)));
        every_mood!(shared = ffi::unique_shared(8) => assert_eq!(shared.number, 8));
    }

    #[test]
    fn shared_and_weak_pointers() {
        every_mood!(let widget = ffi::make(5).unwrap(); shared = ffi::share(widget) => assert_eq!(shared.value(), 5));
        every_mood!(text = ffi::shared_text("text") => assert_eq!(text.to_str(), Ok("text")));
        let text = ffi::shared_text("text").unwrap();
        every_mood!(gone = ffi::is_text_gone(SharedPtr::downgrade(&text)) => assert!(!gone));
        every_mood!(number = ffi::shared_number(6) => assert_eq!(*number, 6));
        let widget = ffi::share(ffi::make(7).unwrap()).unwrap();
        // At least: what C++ had been given when it crashed is never dropped.
        every_mood!(owners = ffi::owners(widget.clone()) => assert!(owners >= 1));
        every_mood!(weak = ffi::watch(&widget) => assert_eq!(weak.upgrade().value(), 7));
        every_mood!(gone = ffi::is_gone(SharedPtr::downgrade(&widget)) => assert!(!gone));
    }

    #[test]
    fn raw_pointers() {
        let widget = ffi::make(9).unwrap();
        every_mood!(pointer = ffi::pointer_to(&widget) => assert!(std::ptr::eq(pointer, &*widget)));
        // SAFETY: that is a widget.
        every_mood!(value = unsafe { ffi::read(&*widget) } => assert_eq!(value, 9));
        let mut bytes = [0, 1, 2];
        let end = bytes.as_mut_ptr_range().end;
        // SAFETY: there are three bytes.
        every_mood!(pointer = unsafe { ffi::advance(bytes.as_mut_ptr(), 3) } => assert_eq!(pointer, end));
    }
}
