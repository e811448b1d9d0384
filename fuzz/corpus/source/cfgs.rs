//! Items, blocks, fields and variants that are there under a condition.

/// The bridge.
#[cfg(unix)]
#[backstop::bridge(namespace = "guarded::cfgs")]
pub mod ffi {
    /// With a field under a condition.
    struct Settings {
        /// Always there.
        number: i32,
        /// Elsewhere.
        #[cfg(windows)]
        nowhere: i32,
        /// Always there.
        level: Level,
    }

    /// With a variant under a condition.
    enum Level {
        /// Elsewhere.
        #[cfg(windows)]
        Nowhere,
        /// Always there.
        High,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/cfgs.h");

        /// There is always one of the two.
        #[cfg(feature = "extra")]
        fn with_extra() -> Result<i32>;
        /// There is always one of the two.
        #[cfg(not(feature = "extra"))]
        fn without_extra() -> Result<i32>;

        /// What it returns isn't there either.
        #[cfg(all(unix, not(unix)))]
        fn nowhere() -> Result<UniquePtr<Nowhere>>;

        /// A shared struct.
        fn settings() -> Result<Settings>;
    }

    #[cfg(any(unix, windows))]
    #[guard]
    unsafe extern "C++" {
        /// Of C++.
        #[cfg(unix)]
        type OnUnix;

        /// A method of it.
        #[cfg(unix)]
        fn get(self: &OnUnix) -> Result<i32>;
        /// A function.
        #[cfg(unix)]
        fn on_unix() -> Result<UniquePtr<OnUnix>>;
    }

    #[cfg(windows)]
    #[guard]
    unsafe extern "C++" {
        include!("no/such/header.h");

        /// Nobody has declared it.
        type Nowhere;

        /// Nobody has declared it.
        fn get(self: &Nowhere) -> Result<i32>;
        /// Nobody has declared it.
        #[Self = "Nowhere"]
        fn limit() -> Result<i32>;
    }
}

/// A bridge that is not there at all.
#[cfg(windows)]
#[backstop::bridge(namespace = "guarded::cfgs")]
pub mod not_here {
    unsafe extern "C++" {
        include!("no/such/header.h");

        /// Nobody has declared it.
        #[guard]
        fn nowhere() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn functions() {
        #[cfg(feature = "extra")]
        every_mood!(extra = ffi::with_extra() => assert_eq!(extra, 1));
        #[cfg(not(feature = "extra"))]
        every_mood!(extra = ffi::without_extra() => assert_eq!(extra, 2));
    }

    #[test]
    fn blocks() {
        every_mood!(object = ffi::on_unix() => assert!(!object.is_null()));
        let object = ffi::on_unix().unwrap();
        every_mood!(value = object.get() => assert_eq!(value, 3));
    }

    #[test]
    fn fields_and_variants() {
        every_mood!(settings = ffi::settings() => assert!(settings.number == 4 && settings.level == ffi::Level::High));
    }
}
