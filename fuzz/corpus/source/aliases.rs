//! Types of other bridges.

/// The bridge.
#[backstop::bridge(namespace = "guarded::aliases")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/aliases.h");

        /// Of C++, from another file.
        #[namespace = "guarded::pointers"]
        type Widget = crate::guarded::pointers::ffi::Widget;
        /// Shared, from another file.
        #[namespace = "guarded::vectors"]
        type Item = crate::guarded::vectors::ffi::Item;
        /// Of C++, from a bridge that asks for instances of templates on our behalf.
        #[namespace = "guarded::instances"]
        type Part = crate::guarded::instances::ffi::Part;
    }

    #[guard]
    unsafe extern "C++" {
        /// Takes and gives.
        fn doubled(widget: UniquePtr<Widget>) -> Result<UniquePtr<Widget>>;
        /// By value.
        fn named(item: Item) -> Result<Item>;
        /// With a pointer that the other bridge has instantiated.
        fn shared(widget: UniquePtr<Widget>) -> Result<SharedPtr<Widget>>;

        /// With a pointer that the other bridge doesn't use itself.
        fn part(number: i32) -> Result<UniquePtr<Part>>;
        /// With a pointer that the other bridge doesn't use itself.
        fn shared_part(number: i32) -> Result<SharedPtr<Part>>;
        /// With a vector that the other bridge doesn't use itself.
        fn parts(end: i32) -> Result<UniquePtr<CxxVector<Part>>>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;
    use crate::guarded::{pointers, vectors};
    use cxx::SharedPtr;

    #[test]
    fn types_of_other_bridges() {
        every_mood!(
            let widget = pointers::ffi::make(4).unwrap();
            doubled = ffi::doubled(widget) => assert_eq!(doubled.value(), 8)
        );
        every_mood!(
            let widget = pointers::ffi::make(5).unwrap();
            shared = ffi::shared(widget) => assert_eq!(pointers::ffi::owners(shared.clone()).unwrap(), 1)
        );
        let item = || vectors::ffi::Item { name: String::new() };
        every_mood!(named = ffi::named(item()) => assert_eq!(named.name, "named"));
    }

    #[test]
    fn templates_of_other_bridges() {
        every_mood!(part = ffi::part(1) => assert_eq!(part.get().unwrap(), 1));
        every_mood!(part = ffi::shared_part(2) => {
            let weak = SharedPtr::downgrade(&part);
            assert_eq!(weak.upgrade().get().unwrap(), 2);
        });
        every_mood!(parts = ffi::parts(3) => assert_eq!(parts.get(2).unwrap().get().unwrap(), 2));
    }
}
