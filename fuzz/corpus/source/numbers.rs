//! The arithmetic types, by value and by reference, and nothing at all.

/// The bridge.
#[backstop::bridge(namespace = "guarded::numbers")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/numbers.h");

        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_bool(value: bool) -> Result<bool>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_char(value: c_char) -> Result<c_char>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_u8(value: u8) -> Result<u8>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_u16(value: u16) -> Result<u16>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_u32(value: u32) -> Result<u32>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_u64(value: u64) -> Result<u64>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_usize(value: usize) -> Result<usize>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_i8(value: i8) -> Result<i8>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_i16(value: i16) -> Result<i16>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_i32(value: i32) -> Result<i32>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_i64(value: i64) -> Result<i64>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_isize(value: isize) -> Result<isize>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_f32(value: f32) -> Result<f32>;
        /// Returns what it gets.
        #[cxx_name = "same"]
        fn same_f64(value: f64) -> Result<f64>;

        /// Returns what it gets.
        #[cxx_name = "same_place"]
        fn same_ref(place: &i32) -> Result<&i32>;
        /// Returns what it gets.
        #[cxx_name = "same_place"]
        fn same_mut(place: &mut f64) -> Result<&mut f64>;

        /// Returns nothing.
        fn nothing() -> Result<()>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn truth_values_and_characters() {
        every_mood!(value = ffi::same_bool(true) => assert!(value));
        every_mood!(value = ffi::same_bool(false) => assert!(!value));
        every_mood!(value = ffi::same_char(b'c' as _) => assert_eq!(value, b'c' as _));
    }

    // X3
    #[test]
    fn integers_keep_their_limits() {
        every_mood!(value = ffi::same_u8(u8::MAX) => assert_eq!(value, u8::MAX));
        every_mood!(value = ffi::same_u16(u16::MAX) => assert_eq!(value, u16::MAX));
        every_mood!(value = ffi::same_u32(u32::MAX) => assert_eq!(value, u32::MAX));
        every_mood!(value = ffi::same_u64(u64::MAX) => assert_eq!(value, u64::MAX));
        every_mood!(value = ffi::same_usize(usize::MAX) => assert_eq!(value, usize::MAX));
        every_mood!(value = ffi::same_i8(i8::MIN) => assert_eq!(value, i8::MIN));
        every_mood!(value = ffi::same_i16(i16::MIN) => assert_eq!(value, i16::MIN));
        every_mood!(value = ffi::same_i32(i32::MIN) => assert_eq!(value, i32::MIN));
        every_mood!(value = ffi::same_i64(i64::MIN) => assert_eq!(value, i64::MIN));
        every_mood!(value = ffi::same_isize(isize::MIN) => assert_eq!(value, isize::MIN));
    }

    #[test]
    fn floating_point_keeps_its_bits() {
        every_mood!(value = ffi::same_f32(-0.0) => assert_eq!(value.to_bits(), (-0.0_f32).to_bits()));
        every_mood!(value = ffi::same_f64(f64::MAX) => assert_eq!(value.to_bits(), f64::MAX.to_bits()));
        every_mood!(value = ffi::same_f64(f64::NAN) => assert!(value.is_nan()));
    }

    // X3
    #[test]
    fn references_keep_their_address() {
        let place = 7;
        every_mood!(same = ffi::same_ref(&place) => assert_eq!(&raw const *same, &raw const place));
        let mut place = 0.0;
        every_mood!(same = ffi::same_mut(&mut place) => *same += 1.0);
        assert!(place >= 2.0);
    }

    // X3
    #[test]
    fn nothing_is_a_value() {
        every_mood!(() = ffi::nothing() => {});
    }
}
