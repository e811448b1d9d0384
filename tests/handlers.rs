//! The fault handlers that a program adds through the C ABI.

mod support;

use libc::{SA_RESETHAND, SIGABRT, SIGSEGV};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::process::ExitCode;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};
use support::{Test, arm, assert_recovers, marker, signals};

/// As in backstop.h.
#[repr(C)]
struct Fault {
    size: usize,
    signal: i32,
    code: i32,
    kind: i32,
    error_number: i32,
    thread: i32,
    has_address: i32,
    address: usize,
    instruction_pointer: usize,
    stack_pointer: usize,
    stack_low: usize,
    stack_high: usize,
    access: i32,
    system_call: i32,
    thread_name: [c_char; 16],
    message: *const c_char,
}

const NULL_DEREFERENCE: i32 = 1;
const FORBIDDEN_WRITE: i32 = 6;
const BAD_SYSTEM_CALL: i32 = 23;
const ASSERTION: i32 = 25;

const UNKNOWN: i32 = 0;
const WRITE: i32 = 2;

const CONTINUE: i32 = 0;
const RESOLVED: i32 = 1;
const FORWARD: i32 = 2;

type Handler = extern "C" fn(*const Fault, *mut c_void, *mut c_void, *mut c_void) -> i32;

unsafe extern "C" {
    safe fn backstop_v0_add_handler(handler: Handler, data: *mut c_void, priority: i32) -> c_int;
    safe fn backstop_v0_remove_handler(handler: Handler, data: *mut c_void) -> c_int;
}

#[track_caller]
fn add(handler: Handler, data: *mut c_void) {
    assert_ne!(backstop_v0_add_handler(handler, data, 0), 0, "no room");
}

fn removed(handler: Handler, data: *mut c_void) -> bool {
    backstop_v0_remove_handler(handler, data) != 0
}

fn main() -> ExitCode {
    support::main(vec![
        Test::in_child("told_of_a_guarded_fault", told_of_a_guarded_fault), // L6, L7
        Test::in_child("told_of_an_abort", told_of_an_abort),
        Test::in_child("told_of_a_bad_system_call", told_of_a_bad_system_call),
        Test::new("told_of_an_unguarded_fault", told_of_an_unguarded_fault, |child| {
            let outcome = child.run();
            outcome.died_by(SIGSEGV);
            outcome.says("told of it");
        }),
        Test::in_child("resolved_is_tried_again", resolved_is_tried_again), // G1
        Test::in_child("areas_have_handlers_of_their_own", areas_have_handlers_of_their_own), // G5
        Test::new("forward_is_not_recovered", forward_is_not_recovered, |child| {
            let outcome = child.run();
            outcome.died_by(SIGSEGV);
            outcome.says("is not recovered: a fault handler of this program asked for that");
        }),
        Test::in_child("forward_reaches_the_previous_handler", forward_reaches_the_previous_handler),
        Test::in_child("the_newest_is_asked_first", the_newest_is_asked_first),
        Test::in_child("the_first_answer_counts", the_first_answer_counts),
        Test::in_child("removed_handlers_are_not_asked", removed_handlers_are_not_asked),
        Test::in_child("sixteen_fit", sixteen_fit),
        Test::new("a_handler_that_faults", a_handler_that_faults, |child| child.run().died_by(SIGSEGV)),
        Test::new("a_handler_that_aborts", a_handler_that_aborts, |child| child.run().died_by(SIGABRT)),
    ])
}

static CALLS: AtomicUsize = AtomicUsize::new(0);
static PAGE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());

/// Where in the page the writes go.
const OFFSET: usize = 0x678;

/// The fault, as its handler sees it.
fn seen(fault: *const Fault) -> &'static Fault {
    CALLS.fetch_add(1, SeqCst);
    // SAFETY: valid while the handler runs, which is as long as the tests use it.
    unsafe { &*fault }
}

fn told_of_a_guarded_fault() {
    extern "C" fn look(
        fault: *const Fault,
        info: *mut c_void,
        context: *mut c_void,
        data: *mut c_void,
    ) -> i32 {
        let fault = seen(fault);
        assert_eq!(fault.size, size_of::<Fault>());
        assert_eq!((fault.signal, fault.code, fault.kind), (SIGSEGV, 1, NULL_DEREFERENCE));
        assert_eq!((fault.has_address, fault.address), (1, 0x10));
        assert_eq!(fault.error_number, 4321);
        assert_eq!(fault.thread, signals::thread_id());
        assert_eq!(fault.instruction_pointer, signals::instruction_pointer(context));
        assert!(fault.stack_pointer > fault.stack_low && fault.stack_pointer < fault.stack_high);
        assert_eq!((fault.access, fault.system_call), (WRITE, -1));
        assert!(fault.message.is_null());
        // SAFETY: the kernel's.
        assert_eq!(unsafe { (*info.cast::<libc::siginfo_t>()).si_addr() as usize }, 0x10);
        assert_eq!(data as usize, 17);
        assert!(signals::on_alternate_stack());
        CONTINUE
    }
    add(look, ptr::without_provenance_mut(17));
    arm();
    assert_eq!(CALLS.load(SeqCst), 0, "L6: of what succeeds it isn't told");
    signals::set_errno(4321); // L7: of a crash it is, once
    assert!(backstop_zoo::null_member_write().is_err());
    assert_eq!((CALLS.load(SeqCst), signals::errno()), (1, 4321));
}

fn told_of_an_abort() {
    extern "C" fn look(fault: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
        let fault = seen(fault);
        assert_eq!((fault.signal, fault.kind, fault.has_address), (SIGABRT, ASSERTION, 0));
        // SAFETY: an assertion has a message.
        assert!(unsafe { CStr::from_ptr(fault.message) }.to_string_lossy().contains("an empty zoo"));
        CONTINUE
    }
    add(look, ptr::null_mut());
    assert!(backstop_zoo::failed_assert().is_err());
    assert_eq!(CALLS.load(SeqCst), 1);
}

fn told_of_a_bad_system_call() {
    extern "C" fn look(fault: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
        let fault = seen(fault);
        assert_eq!((fault.signal, fault.kind), (libc::SIGSYS, BAD_SYSTEM_CALL));
        assert_eq!((fault.access, i64::from(fault.system_call)), (UNKNOWN, libc::SYS_acct));
        CONTINUE
    }
    add(look, ptr::null_mut());
    assert!(backstop_zoo::bad_system_call().is_err());
    assert_eq!(CALLS.load(SeqCst), 1);
}

fn told_of_an_unguarded_fault() {
    extern "C" fn look(fault: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
        assert_eq!(seen(fault).kind, NULL_DEREFERENCE);
        eprintln!("told of it");
        CONTINUE
    }
    add(look, ptr::null_mut()); // which installs the fault handler
    marker();
    backstop_zoo::null_write_unguarded();
}

extern "C" fn mend(fault: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
    let (fault, page) = (seen(fault), PAGE.load(SeqCst));
    if fault.kind != FORBIDDEN_WRITE || fault.address != page as usize + OFFSET {
        return CONTINUE;
    }
    signals::make_writable(page);
    signals::set_errno(1234);
    RESOLVED
}

fn resolved_is_tried_again() {
    add(mend, ptr::null_mut());
    let page = signals::read_only_page();
    PAGE.store(page, SeqCst);
    signals::set_errno(4321);
    signals::poke(page.wrapping_add(OFFSET));
    signals::poke(page.wrapping_add(OFFSET)); // doesn't fault
    assert_eq!((CALLS.load(SeqCst), signals::errno()), (1, 4321));
    // SAFETY: within the page.
    assert_eq!(unsafe { page.add(OFFSET).read() }, 1);

    assert!(backstop_zoo::protected_write().is_err()); // another page
    PAGE.store((backstop_zoo::last_target() - OFFSET) as *mut u8, SeqCst);
    assert!(backstop_zoo::protected_write().is_ok());
    assert_eq!(CALLS.load(SeqCst), 3);
    assert_recovers();
}

fn areas_have_handlers_of_their_own() {
    extern "C" fn mend_own(fault: *const Fault, _: *mut c_void, _: *mut c_void, page: *mut c_void) -> i32 {
        // SAFETY: valid while the handler runs.
        if unsafe { (*fault).address } & !0xfff != page as usize {
            return CONTINUE;
        }
        CALLS.fetch_add(1, SeqCst);
        signals::make_writable(page.cast());
        RESOLVED
    }
    let areas = [(); 3].map(|()| signals::read_only_page());
    for area in areas {
        add(mend_own, area.cast());
    }
    for (calls, area) in [(1, areas[1]), (2, areas[2]), (3, areas[0])] {
        signals::poke(area.wrapping_add(OFFSET));
        signals::poke(area);
        assert_eq!(CALLS.load(SeqCst), calls);
    }
}

extern "C" fn forward(fault: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
    seen(fault);
    FORWARD
}

fn forward_is_not_recovered() {
    add(forward, ptr::null_mut());
    marker();
    _ = backstop_zoo::null_read();
}

fn forward_reaches_the_previous_handler() {
    extern "C" fn previous(_: c_int) {
        signals::make_writable(PAGE.load(SeqCst));
    }
    signals::set_action(SIGSEGV, previous as extern "C" fn(c_int) as usize, SA_RESETHAND, &[]);
    assert!(backstop_zoo::protected_write().is_err());
    PAGE.store((backstop_zoo::last_target() - OFFSET) as *mut u8, SeqCst);
    add(forward, ptr::null_mut());
    assert!(backstop_zoo::protected_write().is_ok());
    assert_eq!(CALLS.load(SeqCst), 1);
}

/// Appends its digit to the calls.
extern "C" fn count(_: *const Fault, _: *mut c_void, _: *mut c_void, digit: *mut c_void) -> i32 {
    CALLS.store(CALLS.load(SeqCst) * 10 + digit as usize, SeqCst);
    CONTINUE
}

#[track_caller]
fn assert_asked(digits: usize) {
    CALLS.store(0, SeqCst);
    assert_recovers();
    assert_eq!(CALLS.load(SeqCst), digits);
}

fn the_newest_is_asked_first() {
    for digit in [2, 4, 6] {
        add(count, ptr::without_provenance_mut(digit));
    }
    assert_asked(642);
}

fn the_first_answer_counts() {
    add(forward, ptr::null_mut());
    add(mend, ptr::null_mut());
    PAGE.store(signals::read_only_page(), SeqCst);
    signals::poke(PAGE.load(SeqCst).wrapping_add(OFFSET));
    assert_eq!(CALLS.load(SeqCst), 1);
}

fn removed_handlers_are_not_asked() {
    let data = |digit| ptr::without_provenance_mut(digit);
    for digit in [2, 4, 2, 6] {
        add(count, data(digit));
    }
    assert_asked(6242);
    assert!(removed(count, data(2))); // the newer one
    assert_asked(642);
    assert!(removed(count, data(6)));
    assert!(removed(count, data(2)));
    assert_asked(4);
    assert!(!removed(count, data(2)));
    assert!(!removed(forward, data(4)));
    add(count, data(8));
    assert_asked(84);
}

fn sixteen_fit() {
    for _ in 0..16 {
        add(count, ptr::without_provenance_mut(2));
    }
    for _ in 0..16 {
        assert!(removed(count, ptr::without_provenance_mut(2)));
    }
    for _ in 0..16 {
        add(count, ptr::without_provenance_mut(2));
    }
    assert_recovers();
}

fn a_handler_that_faults() {
    extern "C" fn fault_again(_: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
        signals::poke(ptr::without_provenance_mut(16));
        CONTINUE
    }
    arm();
    add(fault_again, ptr::null_mut());
    marker();
    _ = backstop_zoo::null_read();
}

fn a_handler_that_aborts() {
    extern "C" fn abort(_: *const Fault, _: *mut c_void, _: *mut c_void, _: *mut c_void) -> i32 {
        std::process::abort()
    }
    arm();
    add(abort, ptr::null_mut());
    marker();
    _ = backstop_zoo::null_read();
}
