use crate::Domain;
use std::ffi::{CStr, c_char};
use std::fmt;

/// A guarded function: what an [`Error`](crate::Error) says about where it happened.
///
/// Made by `#[guard]`, one static for each function.
#[repr(C)]
pub struct Site {
    pub(crate) name: *const c_char,
    pub(crate) file: *const c_char,
    pub(crate) line: u32,
    pub(crate) recover: i32,
    pub(crate) domain: Option<&'static Domain>,
    /// Nanoseconds that a call may take; 0: no limit.
    pub(crate) deadline: u64,
}

/// How a fault is recovered; as in `backstop.h`.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum Recover {
    /// By unwinding, which runs destructors where it can.
    Unwind = 0,
    /// By a jump straight back to the guard.
    Jump = 1,
}

// SAFETY: the pointers are to 'static strings that nobody writes.
unsafe impl Sync for Site {}
// SAFETY: as above.
unsafe impl Send for Site {}

impl Site {
    /// For the expansion of `#[guard]`: both texts end in the one NUL that they contain.
    #[doc(hidden)]
    pub const fn __new(
        name: &'static str,
        file: &'static str,
        line: u32,
        recover: Recover,
        domain: &'static Domain,
    ) -> Site {
        Site {
            name: terminated(name).as_ptr(),
            file: terminated(file).as_ptr(),
            line,
            recover: recover as i32,
            domain: Some(domain),
            deadline: 0,
        }
    }

    /// For the expansion of `#[guard(deadline = "...")]`: how many nanoseconds a call may take.
    #[doc(hidden)]
    pub const fn __within(self, nanoseconds: u64) -> Site {
        Site { deadline: nanoseconds, ..self }
    }

    /// That of calls which no guard is around.
    pub(crate) const fn outside(name: &'static str) -> Site {
        let file = terminated("\0").as_ptr();
        Site {
            name: terminated(name).as_ptr(),
            file,
            line: 0,
            recover: Recover::Unwind as i32,
            domain: None,
            deadline: 0,
        }
    }

    /// The full path of the function, such as `app::ffi::parse` or `app::ffi::Document::title`.
    pub fn name(&self) -> &'static str {
        // SAFETY: see text.
        unsafe { text(self.name) }
    }

    /// The source file that the bridge is in, as the compiler was given it.
    pub fn file(&self) -> &'static str {
        // SAFETY: see text.
        unsafe { text(self.file) }
    }

    /// The line in that file on which the function is declared.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The domain that the function belongs to: that of its bridge, or the one that its option names.
    #[inline(always)]
    pub fn domain(&self) -> Option<&'static Domain> {
        self.domain
    }
}

pub(crate) const fn terminated(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("a NUL within a name"),
    }
}

/// # Safety
///
/// 1. `text` is NUL-terminated and lives for ever. Those of a `Site` come from `terminated`; a site that C++ code made
///    keeps what `backstop.h` asks for.
pub(crate) unsafe fn text(text: *const c_char) -> &'static str {
    // SAFETY: by 1.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().unwrap_or("<not UTF-8>")
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name(), self.file(), self.line)
    }
}
