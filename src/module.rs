use crate::loaded;
use crate::text::Printable;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fmt};

/// The program or shared library that some code belongs to, and where in it the code is: what it takes to find
/// function and line later, on another machine, from a debug file.
///
/// It tells what is loaded at that address when asked, not what was at the fault: ask before you unload a library.
///
/// ```
/// # fn keep(frame: backstop::Frame) {
/// if let Some(module) = frame.module() {
///     // For `addr2line -e libdemo.so.debug 0x1234`, or `llvm-symbolizer`.
///     println!("{}+{:#x} {}", module.name(), module.offset(), module.build_id().unwrap_or("no build-id"));
/// }
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    path: PathBuf,
    base: usize,
    offset: usize,
    build_id: Option<String>,
}

impl Module {
    pub(crate) fn containing(address: usize) -> Option<Module> {
        let object = loaded::object_at(address)?;
        let path = if object.path.is_empty() { program() } else { object.path.into() };
        let hex = |id: Vec<u8>| id.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Module {
            path,
            base: object.base,
            offset: address.wrapping_sub(object.base),
            build_id: object.build_id.map(hex),
        })
    }

    /// The name of its file, without the folders. Bytes that are not UTF-8 are replaced.
    pub fn name(&self) -> Cow<'_, str> {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy()
    }

    /// Its file, as the dynamic linker found it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was added to the addresses in its file when it was loaded: 0 for a program that isn't
    /// position-independent.
    pub fn base(&self) -> usize {
        self.base
    }

    /// The address of the code in terms of the module's file: its own virtual addresses, which `addr2line`,
    /// `llvm-symbolizer` and `objdump` use.
    ///
    /// For a return address it is the byte before, in the call itself, so that these tools find the line of the call
    /// and not the next one.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The build-id in lower-case hexadecimal, which names this very build; its debug file has the same. `None` if the
    /// linker gave it none: some do so only with `-Wl,--build-id`.
    pub fn build_id(&self) -> Option<&str> {
        self.build_id.as_deref()
    }
}

/// `libdemo.so+0x1234 (build-id 5f1c…)`; `{:#}` has the whole path.
impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if f.alternate() { self.path.to_string_lossy() } else { self.name() };
        write!(f, "{}+{:#x}", Printable(name), self.offset)?;
        match self.build_id() {
            Some(id) => write!(f, " (build-id {id})"),
            None => Ok(()),
        }
    }
}

/// The linker doesn't name the program itself.
fn program() -> PathBuf {
    env::current_exe().unwrap_or_else(|_| "<program>".into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn code_of_the_program() {
        let address = code_of_the_program as *const () as usize;
        let module = Module::containing(address).unwrap();
        assert_eq!(module.path(), env::current_exe().unwrap());
        assert_eq!(module.base() + module.offset(), address);
        assert!(module.to_string().starts_with(&format!("{}+{:#x}", module.name(), module.offset())));
        assert!(format!("{module:#}").starts_with(&*module.path().to_string_lossy()));
    }

    #[test]
    #[cfg(target_env = "gnu")]
    fn code_of_a_library() {
        let module = Module::containing(libc::getpid as *const () as usize).unwrap();
        assert!(module.name().starts_with("libc.so") && module.path().is_absolute(), "{module:?}");
    }

    #[test]
    fn no_code() {
        for address in [0, 1, 0xdead_beef, usize::MAX] {
            assert_eq!(Module::containing(address), None);
        }
        assert_eq!(Module::containing(Box::into_raw(Box::new(0)) as usize), None);
    }
}
