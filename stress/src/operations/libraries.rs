//! Shared libraries that are loaded, fault, and are unloaded: a plain one under our guards, and one with a copy of
//! backstop of its own.

use super::{Checked, Context, Token, expect, faults};
use crate::tally::Tally;
use backstop::FaultKind;
use std::ffi::{CStr, CString, c_int, c_void};

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-stress/src/operations/libraries.h");

        /// Calls what is at this address.
        ///
        /// # Safety
        ///
        /// It is a `void function(uint64_t)`.
        unsafe fn call_loaded(function: usize, address: u64) -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

const PLAIN: &str = env!("STRESS_LIBRARY_PLAIN");
const OWN: &str = env!("STRESS_LIBRARY_OWN");

pub fn run(context: &mut Context) -> Checked {
    let token = context.token();
    let has_own = context.one_in(2);
    context.step(if has_own { &"with a copy of its own" } else { &"without one" });
    let library = Library::open(if has_own { OWN } else { PLAIN })?;
    let strike = library.symbol(c"stress_strike")?;
    if has_own {
        // SAFETY: it is declared like this in loaded/own.cc.
        let guarded: extern "C" fn(u64) -> c_int =
            unsafe { std::mem::transmute(library.symbol(c"stress_guarded")?) };
        if guarded(token.0) == 0 {
            return Err("a fault under the library's own guard didn't come back as what it was".to_owned());
        }
    }
    // SAFETY: it is declared like that in both.
    let result = TALLY.count(unsafe { ffi::call_loaded(strike as usize, token.0) });
    expect::fault_at(&result, FaultKind::WildRead, Token(token.0 + u64::from(has_own)))?;
    drop(library);
    // The error outlives the library.
    if context.says_all() {
        context.step(&"says all there is, of a library that is gone");
        let text = result.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
        if !text.contains("stress::call_loaded") {
            return Err(format!("no `stress::call_loaded` in the backtrace: {text}"));
        }
    }
    faults::check_alive(result.is_err_and(|error| error.is_torn()))
}

/// One that is loaded, until this is dropped.
struct Library(*mut c_void);

impl Library {
    fn open(path: &str) -> Result<Self, String> {
        let name = CString::new(path).expect("a path without NUL");
        // SAFETY: a path, of a library without initialisers that do harm.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() { Err(format!("{path} can't be loaded")) } else { Ok(Self(handle)) }
    }

    fn symbol(&self, name: &CStr) -> Result<*mut c_void, String> {
        // SAFETY: a handle and a name.
        let symbol = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        if symbol.is_null() { Err(format!("the library has no {name:?}")) } else { Ok(symbol) }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: a handle that was opened; nobody runs code of the library's, but for those that opened it, too.
        unsafe { libc::dlclose(self.0) };
    }
}
