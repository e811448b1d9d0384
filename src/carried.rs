//! Rust values that C++ carries: errors that callbacks return, and payloads of panics, on their way through C++
//! exceptions to the guard.

use crate::sys;
use std::any::Any;
use std::error::Error as StdError;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Mutex;

/// A value of any type, and how it is seen as an error, if it is one.
pub struct Parcel {
    value: Box<dyn Any + Send + Sync>,
    as_error: Option<fn(&(dyn Any + Send + Sync)) -> &(dyn StdError + 'static)>,
}

// Errors are to pass where those of cxx do, whatever they carry: nobody who sees that can change it.
impl UnwindSafe for Parcel {}
impl RefUnwindSafe for Parcel {}

impl Parcel {
    pub(crate) fn of_error<E: StdError + Send + Sync + 'static>(error: E) -> Parcel {
        Parcel { value: Box::new(error), as_error: Some(|value| of_type::<E>(value)) }
    }

    /// Of a pointer to an error: `anyhow::Error`, say.
    pub(crate) fn of_pointer<P>(pointer: P) -> Parcel
    where
        P: AsRef<dyn StdError + Send + Sync> + Send + Sync + 'static,
    {
        Parcel { value: Box::new(pointer), as_error: Some(|value| of_type::<P>(value).as_ref()) }
    }

    pub(crate) fn of_value<T: Send + Sync + 'static>(value: T) -> Parcel {
        Parcel { value: Box::new(value), as_error: None }
    }

    pub(crate) fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }

    pub(crate) fn error(&self) -> Option<&(dyn StdError + 'static)> {
        self.as_error.map(|as_error| as_error(&*self.value))
    }
}

fn of_type<T: 'static>(value: &(dyn Any + Send + Sync)) -> &T {
    value.downcast_ref().expect("it was put in with this type")
}

type Payload = Box<dyn Any + Send>;

/// What C++ holds a pointer to.
#[repr(C)]
pub(crate) struct Carried {
    head: sys::Carried,
    content: Content,
}

pub(crate) enum Content {
    Error(Parcel),
    /// Empty once somebody has taken it.
    Panic(Mutex<Option<Payload>>),
}

impl Carried {
    /// Hands it to C++, which drops it.
    pub(crate) fn into_raw(content: Content) -> *mut sys::Carried {
        Box::into_raw(Box::new(Carried { head: sys::Carried { drop: drop_carried }, content })).cast()
    }

    /// What the exception carries, if it is ours. Another copy of this crate in the process (in a plugin) throws the same
    /// exceptions, but what is in them may look otherwise.
    pub(crate) fn of(error: &sys::Error) -> Option<&Content> {
        let carried = sys::bridge_carried(error);
        // SAFETY: if it carries anything, that lives as long as the error keeps the exception.
        let head = unsafe { carried.as_ref() }?;
        let is_ours =
            std::ptr::fn_addr_eq(head.drop, drop_carried as unsafe extern "C" fn(*mut sys::Carried));
        // SAFETY: whose `drop` is ours came from `into_raw`, and is a whole `Carried`.
        is_ours.then(|| unsafe { &(*carried.cast::<Carried>()).content })
    }
}

/// Drops what C++ has carried. It calls this from a destructor, so there is a barrier, and a panic aborts.
///
/// # Safety
///
/// 1. `carried` came from `into_raw`, and nobody uses it any more.
unsafe extern "C" fn drop_carried(carried: *mut sys::Carried) {
    // SAFETY: by 1.
    let carried = unsafe { Box::from_raw(carried.cast::<Carried>()) };
    crate::barrier(c"drop of an error that C++ carried", move || drop(carried));
}
