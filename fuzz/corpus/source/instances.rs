//! Instances of templates that this bridge has no use for: `aliases.rs` does.

/// The bridge.
#[backstop::bridge(namespace = "guarded::instances")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/instances.h");

        /// Of C++.
        type Part;
        /// A guarded method.
        #[guard]
        fn get(&self) -> Result<i32>;
    }

    impl UniquePtr<Part> {}
    impl SharedPtr<Part> {}
    impl WeakPtr<Part> {}
    impl CxxVector<Part> {}
}
