//! How a Rust function that C++ has called back ends: by returning, or by leaving behind what C++ throws.

use crate::carried::{Carried, Content, Parcel};
use crate::record::Record;
use crate::{Error, Exception, Panic, sys};
use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;

/// Says that C++ has something to throw, and the text that cxx shall give to it.
pub struct Raised {
    text: String,
}

impl Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Calls a Rust function for C++. A panic in it is thrown.
#[inline]
pub fn call<T>(function: impl FnOnce() -> T) -> Result<T, Raised> {
    // What a panic leaves half done is seen by those only who go on with what C++ holds after the `Err` of the guard.
    catch_unwind(AssertUnwindSafe(function)).map_err(panicked)
}

/// The same for one that returns `Result`.
#[inline]
pub fn call_fallible<T, E>(
    function: impl FnOnce() -> Result<T, E>,
    raise: impl FnOnce(E) -> Raised,
) -> Result<T, Raised> {
    call(|| function().map_err(raise))?
}

#[cold]
fn panicked(payload: Box<dyn Any + Send>) -> Raised {
    if sys::bridge_may_panic() == 0 {
        process::abort();
    }
    raise_panic(payload)
}

pub(crate) fn raise_panic(payload: Box<dyn Any + Send>) -> Raised {
    let text = message_of(&*payload).to_owned();
    let carried = Carried::into_raw(Content::Panic(Some(payload).into()));
    // SAFETY: it is made for C++.
    unsafe { sys::bridge_raise_rust(carried, 1) };
    Raised { text }
}

pub(crate) fn message_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&'static str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(|text| &**text)).unwrap_or("Box<dyn Any>")
}

/// An error of its own kind, to be thrown with its text.
fn raise_parcel(text: String, parcel: Parcel) -> Raised {
    // SAFETY: it is made for C++.
    unsafe { sys::bridge_raise_rust(Carried::into_raw(Content::Error(parcel)), 0) };
    Raised { text }
}

/// One of ours: if it came from an exception or a panic, that is thrown on. A panic only under a guard, as at first:
/// elsewhere it would end the process, while whoever returned it has made it an error.
fn raise_again(error: Error) -> Raised {
    if matches!(error, Error::Panic(_)) && !is_guarded() {
        return raise_parcel_of(error);
    }
    match error.into_thrown() {
        Ok(record) => raise_record(record).unwrap_or_else(|record| raise_parcel_of(Error::new(record, &[]))),
        Err(Error::Panic(panic)) => raise_panic(panic.into_payload()),
        Err(error) => raise_parcel_of(error),
    }
}

fn raise_record(record: Record) -> Result<Raised, Record> {
    record.raise_again().map(|()| Raised { text: String::new() })
}

/// What points to one of ours, and to nothing else.
fn raise_pointer<P>(pointer: P) -> Raised
where
    P: AsRef<dyn StdError + Send + Sync> + Display + Send + Sync + 'static,
{
    match thrown_in(pointer.as_ref()).map(raise_record) {
        Some(Ok(raised)) => raised,
        _ => raise_parcel(pointer.to_string(), Parcel::of_pointer(pointer)),
    }
}

/// Another record of what is thrown on, if the error is such.
fn thrown_in(error: &(dyn StdError + 'static)) -> Option<Record> {
    let of_panic = |panic: &Panic| panic.thrown().copy().filter(|_| is_guarded());
    match error.downcast_ref() {
        Some(Error::Exception(exception)) => exception.record().copy(),
        Some(Error::Panic(panic)) => of_panic(panic),
        _ => match (error.downcast_ref::<Exception>(), error.downcast_ref::<Panic>()) {
            (Some(exception), _) => exception.record().copy(),
            (_, Some(panic)) => of_panic(panic),
            _ => None,
        },
    }
}

fn is_guarded() -> bool {
    sys::bridge_is_guarded() != 0
}

fn raise_parcel_of(error: impl StdError + Send + Sync + 'static) -> Raised {
    raise_parcel(error.to_string(), Parcel::of_error(error))
}

/// Finds out what an error of any type can be thrown as: of the traits below, the compiler takes the first that the type
/// has, for each is implemented for one reference less than the one before.
pub struct Probe<'a, E>(pub &'a E);

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $trait:ident for $probe:ty where [$($bound:tt)*] $raise:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $kind;

            #[doc(hidden)]
            pub trait $trait {
                #[inline]
                fn kind(&self) -> $kind {
                    $kind
                }
            }

            impl<E: $($bound)*> $trait for $probe {}

            impl $kind {
                #[cold]
                pub fn raise<E: $($bound)*>(self, error: E) -> Raised {
                    let raise: fn(E) -> Raised = $raise;
                    raise(error)
                }
            }
        )*
    };
}

kinds! {
    /// Ours, and what may be ours in a box: thrown on as it came.
    Ours: IsOurs for &&&&Probe<'_, E> where [MaybeOurs] MaybeOurs::raise;
    /// Pointers to errors, which are seldom errors themselves.
    Pointer: IsPointer for &&&Probe<'_, E>
        where [AsRef<dyn StdError + Send + Sync> + Display + Send + Sync + 'static]
        raise_pointer;
    /// Errors that may go to other threads, as an exception may.
    Whole: IsWhole for &&Probe<'_, E> where [StdError + Send + Sync + 'static] raise_parcel_of;
    /// What is at least a value to be found again: a `String`.
    Value: IsValue for &Probe<'_, E> where [Display + Send + Sync + 'static]
        |error| raise_parcel(error.to_string(), Parcel::of_value(error));
}

/// All others, of which the text is what arrives. That they have one is asked for where they are raised, so that the compiler
/// says no more than that of one without.
pub struct Text;

#[doc(hidden)]
pub trait IsText {
    #[inline]
    fn kind(&self) -> Text {
        Text
    }
}

impl<E> IsText for Probe<'_, E> {}

impl Text {
    #[cold]
    pub fn raise<E: Display>(self, error: E) -> Raised {
        Raised { text: error.to_string() }
    }
}

/// The error types of this crate, and the boxes that any error goes into.
pub trait MaybeOurs {
    fn raise(self) -> Raised;
}

impl MaybeOurs for Error {
    fn raise(self) -> Raised {
        raise_again(self)
    }
}

impl MaybeOurs for Exception {
    fn raise(self) -> Raised {
        raise_again(self.into())
    }
}

impl MaybeOurs for Panic {
    fn raise(self) -> Raised {
        raise_again(self.into())
    }
}

impl MaybeOurs for Box<dyn StdError + Send + Sync> {
    fn raise(self) -> Raised {
        if self.is::<Error>() || self.is::<Exception>() || self.is::<Panic>() {
            MaybeOurs::raise(self as Box<dyn StdError>)
        } else {
            raise_parcel(self.to_string(), Parcel::of_pointer(self))
        }
    }
}

impl MaybeOurs for Box<dyn StdError + Send> {
    fn raise(self) -> Raised {
        MaybeOurs::raise(self as Box<dyn StdError>)
    }
}

/// What else may be in it is bound to this thread, as far as anybody knows: of that, the text is what arrives.
impl MaybeOurs for Box<dyn StdError> {
    fn raise(self) -> Raised {
        let ours = self.downcast().map(|error| *error);
        let ours = ours.or_else(|other| other.downcast::<Exception>().map(|exception| (*exception).into()));
        let ours = ours.or_else(|other| other.downcast::<Panic>().map(|panic| (*panic).into()));
        match ours {
            Ok(error) => raise_again(error),
            Err(other) => Raised { text: other.to_string() },
        }
    }
}

/// Raises an error of any type that can be displayed.
#[doc(hidden)]
#[macro_export]
macro_rules! __raise {
    ($error:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{IsOurs as _, IsPointer as _, IsText as _, IsValue as _, IsWhole as _};
        let error = $error;
        let kind = (&&&&&$crate::__private::Probe(&error)).kind();
        kind.raise(error)
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::any::type_name_of_val;
    use std::rc::Rc;

    macro_rules! kind_of {
        ($error:expr) => {{
            let error = $error;
            type_name_of_val(&(&&&&&Probe(&error)).kind()).rsplit("::").next().unwrap()
        }};
    }

    #[test]
    fn errors_of_every_type() {
        static SITE: crate::Site = crate::Site::outside("a test\0");
        let exception = || Exception::new(crate::record::Record::of_text(&SITE, "a text"), &[]);
        assert_eq!(kind_of!(Error::from(exception())), "Ours");
        assert_eq!(kind_of!(exception()), "Ours");
        assert_eq!(kind_of!(Box::<dyn StdError + Send + Sync>::from("a text")), "Ours");
        assert_eq!(kind_of!(anyhow::anyhow!("a text")), "Pointer");
        assert_eq!(kind_of!(eyre::eyre!("a text")), "Pointer");
        assert_eq!(kind_of!(fmt::Error), "Whole");
        assert_eq!(kind_of!("a text".to_owned()), "Value");
        assert_eq!(kind_of!(Rc::<str>::from("a text")), "Text");
        assert_eq!(kind_of!(Box::<dyn StdError>::from("a text")), "Ours");
    }

    #[test]
    fn pointers_to_errors_are_seen_as_these() {
        let parcel = Parcel::of_pointer(anyhow::Error::from(fmt::Error));
        assert!(parcel.downcast_ref::<anyhow::Error>().is_some());
        assert!(parcel.error().unwrap().is::<fmt::Error>(), "or ours would not be found in it");
        let parcel = Parcel::of_pointer(eyre::Report::from(fmt::Error));
        assert!(parcel.downcast_ref::<eyre::Report>().is_some());
        assert!(parcel.error().unwrap().is::<fmt::Error>());
    }
}
