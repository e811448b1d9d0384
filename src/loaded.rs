//! What the dynamic linker has loaded. Not for signal handlers: it takes the linker's lock.

use std::ffi::OsString;

/// A program or a library in memory.
#[derive(PartialEq)]
pub(crate) struct Object {
    /// As the linker knows it; empty for the program itself.
    pub path: OsString,
    /// What is added to the addresses in its file.
    pub base: usize,
    pub build_id: Option<Vec<u8>>,
}

/// The one that a code or data address belongs to.
pub(crate) fn object_at(address: usize) -> Option<Object> {
    system::object_at(address)
}

/// All that are loaded.
pub(crate) fn objects() -> Vec<Object> {
    system::objects()
}

/// The mangled name of the function at an address, if its object exports it.
pub(crate) fn exported_at(address: usize) -> Option<Vec<u8>> {
    system::exported_at(address)
}

#[cfg(target_os = "linux")]
mod system {
    use super::Object;
    use crate::build_id;
    use libc::{Dl_info, PF_R, PT_LOAD, PT_NOTE, c_int, dl_phdr_info, size_t};
    use std::ffi::{CStr, OsString, c_void};
    use std::ops::ControlFlow;
    use std::os::unix::ffi::OsStringExt;
    use std::{ptr, slice};

    #[cfg(target_pointer_width = "64")]
    type Header = libc::Elf64_Phdr;
    #[cfg(target_pointer_width = "32")]
    type Header = libc::Elf32_Phdr;

    pub(crate) fn object_at(address: usize) -> Option<Object> {
        let mut found = None;
        visit(|info| {
            if !loaded(info).any(|(start, size)| address.wrapping_sub(start) < size) {
                return ControlFlow::Continue(());
            }
            found = Some(object(info));
            ControlFlow::Break(())
        });
        found
    }

    pub(crate) fn objects() -> Vec<Object> {
        let mut objects = Vec::new();
        visit(|info| {
            objects.push(object(info));
            ControlFlow::Continue(())
        });
        objects
    }

    pub(crate) fn exported_at(address: usize) -> Option<Vec<u8>> {
        let mut info = Dl_info {
            dli_fname: ptr::null(),
            dli_fbase: ptr::null_mut(),
            dli_sname: ptr::null(),
            dli_saddr: ptr::null_mut(),
        };
        // SAFETY: it takes any address, and fills in the struct.
        let found = unsafe { libc::dladdr(address as *const c_void, &mut info) } != 0;
        // SAFETY: a name is NUL-terminated and lives as long as the object is loaded.
        (found && !info.dli_sname.is_null())
            .then(|| unsafe { CStr::from_ptr(info.dli_sname) }.to_bytes().to_vec())
    }

    fn visit<F: FnMut(&dl_phdr_info) -> ControlFlow<()>>(mut visitor: F) {
        unsafe extern "C" fn step<F: FnMut(&dl_phdr_info) -> ControlFlow<()>>(
            info: *mut dl_phdr_info,
            _size: size_t,
            visitor: *mut c_void,
        ) -> c_int {
            // SAFETY: the linker hands over an object of its list and the pointer given to it below.
            let (info, visitor) = unsafe { (&*info, &mut *visitor.cast::<F>()) };
            visitor(info).is_break() as c_int
        }
        // SAFETY: `step` takes the visitor, which outlives the call, for what it is.
        unsafe { libc::dl_iterate_phdr(Some(step::<F>), ptr::from_mut(&mut visitor).cast()) };
    }

    fn object(info: &dl_phdr_info) -> Object {
        Object { path: path_of(info), base: info.dlpi_addr as usize, build_id: build_id_of(info) }
    }

    fn headers_of(info: &dl_phdr_info) -> &[Header] {
        if info.dlpi_phdr.is_null() {
            return &[];
        }
        // SAFETY: an object has so many program headers, as long as it is loaded.
        unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) }
    }

    /// The segments that are in memory and may be read: start and size.
    fn loaded(info: &dl_phdr_info) -> impl Iterator<Item = (usize, usize)> {
        let base = info.dlpi_addr as usize;
        headers_of(info)
            .iter()
            .filter(|header| header.p_type == PT_LOAD && header.p_flags & PF_R != 0)
            .map(move |header| (base.wrapping_add(header.p_vaddr as usize), header.p_memsz as usize))
    }

    fn path_of(info: &dl_phdr_info) -> OsString {
        if info.dlpi_name.is_null() {
            return OsString::new();
        }
        // SAFETY: a name is NUL-terminated and lives as long as the object is loaded.
        OsString::from_vec(unsafe { CStr::from_ptr(info.dlpi_name) }.to_bytes().to_vec())
    }

    fn build_id_of(info: &dl_phdr_info) -> Option<Vec<u8>> {
        headers_of(info).iter().filter(|header| header.p_type == PT_NOTE).find_map(|header| {
            let start = (info.dlpi_addr as usize).wrapping_add(header.p_vaddr as usize);
            let size = header.p_memsz as usize;
            // Packers and linker scripts leave notes that no segment brings into memory.
            let in_memory = |(low, length): (usize, usize)| {
                let before = start.wrapping_sub(low);
                before <= length && size <= length - before
            };
            if !loaded(info).any(in_memory) {
                return None;
            }
            // SAFETY: it lies within a segment that may be read, and nobody writes to notes.
            let notes = unsafe { slice::from_raw_parts(start as *const u8, size) };
            build_id::among(notes, header.p_align as usize).map(<[u8]>::to_vec)
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::Object;

    pub(crate) fn object_at(_: usize) -> Option<Object> {
        None
    }

    pub(crate) fn objects() -> Vec<Object> {
        Vec::new()
    }

    pub(crate) fn exported_at(_: usize) -> Option<Vec<u8>> {
        None
    }
}
