//! Guarded calls that return allocate nothing on the heap, on either side: `malloc` and its kin are this program's own,
//! and count. C++'s `new` ends up there, and so does Rust's allocator.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

use backstop_zoo as zoo;
use backstop_zoo::measured::{self, Idle};
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::ptr;

const CALLS: usize = 100;

thread_local! {
    /// Of this thread. It needs no allocation itself.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// glibc's own, under the names by which it is there for who takes its place.
mod glibc {
    use std::ffi::c_void;

    unsafe extern "C" {
        #[link_name = "__libc_malloc"]
        pub fn malloc(size: usize) -> *mut c_void;
        #[link_name = "__libc_calloc"]
        pub fn calloc(count: usize, size: usize) -> *mut c_void;
        #[link_name = "__libc_realloc"]
        pub fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
        #[link_name = "__libc_memalign"]
        pub fn memalign(alignment: usize, size: usize) -> *mut c_void;
    }
}

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut c_void {
    count();
    // SAFETY: any size will do.
    unsafe { glibc::malloc(size) }
}

#[unsafe(no_mangle)]
extern "C" fn calloc(count_of: usize, size: usize) -> *mut c_void {
    count();
    // SAFETY: any size will do.
    unsafe { glibc::calloc(count_of, size) }
}

/// # Safety
///
/// 1. As that of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    count();
    // SAFETY: the caller's block is glibc's, as all of them are.
    unsafe { glibc::realloc(block, size) }
}

#[unsafe(no_mangle)]
extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    count();
    // SAFETY: glibc refuses what is no alignment.
    unsafe { glibc::memalign(alignment, size) }
}

#[unsafe(no_mangle)]
extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    memalign(alignment, size)
}

/// # Safety
///
/// 1. `result` can be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(result: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    let block = memalign(alignment, size);
    if block.is_null() {
        return libc::ENOMEM;
    }
    // SAFETY: (1).
    unsafe { ptr::write(result, block) };
    0
}

/// How often `body` allocates.
fn allocations(body: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    body();
    ALLOCATIONS.get() - before
}

/// Checks it of all calls but the first, by which the thread gets its alternate stack.
#[track_caller]
fn allocates_nothing<T>(call: impl Fn() -> Result<T, backstop::Error>) {
    let checked = || drop(black_box(call().expect("a call that behaves")));
    checked();
    let allocations = allocations(|| (0..CALLS).for_each(|_| checked()));
    assert_eq!(allocations, 0, "in {CALLS} calls");
}

#[test]
fn both_sides_are_counted() {
    assert_eq!(allocations(|| drop(black_box(Box::new(1)))), 1);
    assert_eq!(allocations(|| drop(black_box(measured::new_cage()))), 1); // C++'s `make_unique`
    assert_eq!(allocations(|| drop(black_box(vec![0_u8; 100]))), 1);
    assert!(allocations(|| drop(black_box(zoo::complain("so it throws")))) > 0);
}

#[test]
fn function() {
    allocates_nothing(|| zoo::add(black_box(1), 2));
    allocates_nothing(|| measured::work(black_box(75)));
}

#[test]
fn method() {
    let cage = measured::new_cage();
    allocates_nothing(|| cage.animals(1));
}

#[test]
fn arguments() {
    allocates_nothing(|| measured::take_text("a text"));
    allocates_nothing(|| measured::take_slice(&[1, 2, 3]));
    allocates_nothing(|| measured::pass_pointer(cxx::UniquePtr::null()));
    allocates_nothing(|| measured::pass_string(String::new()));
}

#[test]
fn callback_behind_its_barrier() {
    allocates_nothing(|| measured::call_idle(&Idle));
}

#[test]
fn nested() {
    for depth in [1, 2, 5] {
        allocates_nothing(|| measured::call_nested(&Idle, depth));
    }
}

#[test]
fn after_failures() {
    assert!(zoo::complain("it threw").is_err());
    assert!(zoo::null_read().is_err());
    allocates_nothing(|| zoo::add(1, 2));
}
