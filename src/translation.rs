//! C++ exception classes as Rust types: what `#[exception]` makes.

use crate::carried::Parcel;
use crate::record::Record;
use std::error::Error as StdError;

/// How exceptions of one C++ class, and of those derived from it, are seen in Rust.
pub struct Translation {
    /// The address of the class's `std::type_info`.
    class: fn() -> usize,
    translate: unsafe fn(*const ()) -> Parcel,
}

impl Translation {
    /// `translate` gets a pointer to an object of the class, which is alive and stays as it is during the call.
    pub const fn new(class: fn() -> usize, translate: unsafe fn(*const ()) -> Parcel) -> Self {
        Translation { class, translate }
    }
}

/// What the exception is in Rust by the translation for the most derived class that it is of.
pub(crate) fn translated(record: &Record, translations: &[Translation]) -> Option<Parcel> {
    if translations.is_empty() {
        return None;
    }
    let classes: Vec<usize> = translations.iter().map(|translation| (translation.class)()).collect();
    let (index, object) = record.cast(&classes)?;
    // SAFETY: the object is of that translation's class, and the record keeps it.
    Some(unsafe { (translations[index].translate)(object) })
}

/// As `Probe`: whether the translation is an error.
pub struct Translated<'a, T>(pub &'a T);

/// It is.
pub struct AnError;

/// It isn't.
pub struct AValue;

#[doc(hidden)]
pub trait IsAnError {
    fn kind(&self) -> AnError {
        AnError
    }
}

#[doc(hidden)]
pub trait IsAValue {
    fn kind(&self) -> AValue {
        AValue
    }
}

impl<T: StdError + Send + Sync + 'static> IsAnError for &Translated<'_, T> {}
impl<T> IsAValue for Translated<'_, T> {} // what more is asked of it is asked where it is packed

impl AnError {
    pub fn parcel<T: StdError + Send + Sync + 'static>(self, error: T) -> Parcel {
        Parcel::of_error(error)
    }
}

impl AValue {
    pub fn parcel<T: Send + Sync + 'static>(self, value: T) -> Parcel {
        Parcel::of_value(value)
    }
}

/// Packs what a translation answered.
#[doc(hidden)]
#[macro_export]
macro_rules! __translate {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{IsAValue as _, IsAnError as _};
        let value = $value;
        let kind = (&&$crate::__private::Translated(&value)).kind();
        kind.parcel(value)
    }};
}
