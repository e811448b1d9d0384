//! Shared libraries that are loaded, fault, and are unloaded: a plain one under our guards, and one with a copy of
//! backstop of its own.

use super::{Checked, Context, Token, expect, faults};
use crate::tally::Tally;
use backstop::{Error, FaultKind};
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
    let path = if context.one_in(2) { OWN } else { PLAIN };
    context.step(if path == OWN { &"with a copy of its own" } else { &"without one" });
    let result = strike_in(path, token)?;
    if context.says_all() {
        context.step(&"says all there is, of a library that is gone");
        check_text(&result)?;
    }
    faults::check_alive(result.is_err_and(|error| error.is_torn()))
}

/// What brings in the symbols, which are kept.
pub fn warm_up() -> Checked {
    for path in [OWN, PLAIN] {
        check_text(&strike_in(path, Token(0xdead_0000))?)?;
        faults::forget_alive();
    }
    Ok(())
}

/// Loads the library, has it fault, and unloads it: the error outlives it.
fn strike_in(path: &str, token: Token) -> Result<Result<(), Error>, String> {
    let library = Library::open(path)?;
    let strike = library.symbol(c"stress_strike")?;
    let is_own = path == OWN;
    if is_own {
        // SAFETY: it is declared like this in loaded/own.cc.
        let guarded: extern "C" fn(u64) -> c_int =
            unsafe { std::mem::transmute(library.symbol(c"stress_guarded")?) };
        if guarded(token.0) == 0 {
            return Err("a fault under the library's own guard didn't come back as what it was".to_owned());
        }
    }
    // SAFETY: it is declared like that in both.
    let result = TALLY.count(unsafe { ffi::call_loaded(strike as usize, token.0) });
    expect::fault_at(&result, FaultKind::WildRead, Token(token.0 + u64::from(is_own)))?;
    Ok(result)
}

fn check_text(result: &Result<(), Error>) -> Checked {
    let text = result.as_ref().err().map(|error| format!("{error:#}")).unwrap_or_default();
    let is_named = text.contains("stress::call_loaded");
    if is_named { Ok(()) } else { Err(format!("no `stress::call_loaded` in the backtrace: {text}")) }
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
