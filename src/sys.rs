//! The C ABI of `include/backstop/backstop.h`, as far as this crate uses it.

use crate::{Domain, Site};
use std::ffi::{c_char, c_void};
use std::marker::{PhantomData, PhantomPinned};
use std::mem;

/// `backstop_error`: opaque.
#[repr(C)]
pub struct Error {
    private: [u8; 0],
    marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `backstop_fault`.
#[repr(C)]
pub struct Fault {
    pub size: usize,
    pub signal: i32,
    pub code: i32,
    pub kind: i32,
    pub error_number: i32,
    pub thread: i32,
    pub has_address: i32,
    pub address: usize,
    pub instruction_pointer: usize,
    pub stack_pointer: usize,
    pub stack_low: usize,
    pub stack_high: usize,
    pub access: i32,
    pub system_call: i32,
    pub thread_name: [c_char; 16],
    pub message: *const c_char,
}

/// `backstop_frame`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Frame {
    pub instruction_pointer: usize,
    pub state: i32,
    pub exact: i32,
}

/// `backstop_recovery`.
#[repr(C)]
pub struct Recovery {
    pub size: usize,
    pub way: i32,
    pub is_torn: i32,
    pub second_signal: i32,
    pub unwound: u32,
    pub unvouched: u32,
    pub hopped: u32,
    pub jumped: u32,
    pub left_out: u32,
    pub left_out_at: u32,
    pub truncated: i32,
    pub cleaned: u32,
    pub cleanups_failed: u32,
    pub frame_count: usize,
    pub frames: *const Frame,
}

/// `backstop_deadline`.
#[repr(C)]
pub struct Deadline {
    pub size: usize,
    pub allowed: u64,
    pub ran: u64,
    pub is_interrupted: i32,
    pub tries: u32,
    pub obstacle: *const c_char,
    pub instruction_pointer: usize,
}

/// `backstop_trace`.
#[repr(C)]
pub struct Trace {
    pub size: usize,
    pub left_out: u32,
    pub left_out_at: u32,
    pub truncated: i32,
    pub frame_count: usize,
    pub frames: *const Frame,
}

/// `backstop_counters`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
pub struct Counters {
    pub size: usize,
    pub calls: u64,
    pub exceptions: u64,
    pub faults: u64,
    pub faults_by_kind: [u64; 32],
    pub deadlines: u64,
    pub torn: u64,
    pub refused: u64,
    pub resets: u64,
}

impl Counters {
    pub const NONE: Counters = Counters {
        size: size_of::<Counters>(),
        calls: 0,
        exceptions: 0,
        faults: 0,
        faults_by_kind: [0; 32],
        deadlines: 0,
        torn: 0,
        refused: 0,
        resets: 0,
    };
}

/// `backstop_budget`.
#[repr(C)]
pub struct Budget {
    pub size: usize,
    pub span: u64,
    pub calls: u64,
    pub faults: u64,
}

/// `backstop_breaker`.
#[repr(C)]
pub struct Breaker {
    pub size: usize,
    pub faults: u32,
    pub window: u64,
    pub cool_down: u64,
    pub clock: Option<extern "C" fn(*mut c_void) -> u64>,
    pub data: *mut c_void,
}

/// `backstop_hook`: the head of what C is given to call.
#[repr(C)]
pub struct Hook {
    pub run: unsafe extern "C" fn(*const Hook, *mut c_char, usize) -> i32,
}

/// `backstop_options`.
#[repr(C)]
pub struct Options {
    pub size: usize,
    pub signals: u64,
    pub alternate_stack_size: usize,
    pub traces: i32,
    pub inner_frames_only: i32,
    pub deadline_signal: i32,
}

/// `backstop_signal_status`.
#[repr(C)]
pub struct SignalStatus {
    pub signal: i32,
    pub is_handled: i32,
    pub is_on_top: i32,
    pub is_blocked: i32,
    pub handler: usize,
    pub previous: usize,
    pub handler_name: [c_char; 96],
    pub previous_name: [c_char; 96],
}

/// `backstop_health`.
#[repr(C)]
pub struct Health {
    pub size: usize,
    pub support: i32,
    pub is_installed: i32,
    pub is_portable_entry: i32,
    pub can_unwind: i32,
    pub traces: i32,
    pub thread_is_prepared: i32,
    pub thread_depth: u32,
    pub alternate_stack_size: usize,
    pub alternate_stack_needed: usize,
    pub alternate_stack_is_ours: i32,
    pub stack_low: usize,
    pub stack_high: usize,
    pub deadline_signal: i32,
    pub deadline_signal_is_blocked: i32,
    pub is_watching: i32,
    pub debugger: i32,
    pub sanitizers: [c_char; 32],
    pub host: [c_char; 32],
    pub signal_count: usize,
    pub signals: [SignalStatus; 7],
}

impl Health {
    pub fn now() -> Health {
        // SAFETY: its fields are numbers, and characters.
        let mut health = unsafe { Health { size: size_of::<Health>(), ..mem::zeroed() } };
        let is_filled = status(&mut health);
        debug_assert!(is_filled != 0, "the layout is the header's");
        health
    }
}

/// `_Unwind_Exception`: what the unwinder makes its way with.
#[repr(C)]
pub struct Unwinding {
    private: [u8; 0],
    marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `backstop_carried`: the head of what C++ carries for us.
#[repr(C)]
pub struct Carried {
    pub drop: unsafe extern "C" fn(*mut Carried),
}

pub const FAULT: i32 = 2;
pub const REFUSAL: i32 = 3;
pub const PANIC: i32 = 4;
pub const DEADLINE: i32 = 5;

pub const HEALTHY: i32 = 0;
pub const TAINTED: i32 = 1;
pub const OPEN: i32 = 2;
pub const PROBING: i32 = 3;

pub const JUMP: i32 = 1;

pub const FRAME_OUTSIDE: i32 = 0;
pub const FRAME_UNWOUND: i32 = 1;
pub const FRAME_UNVOUCHED: i32 = 2;
pub const FRAME_HOPPED: i32 = 3;
pub const FRAME_JUMPED: i32 = 4;

pub const TRACES_BY_ENVIRONMENT: i32 = 0;
pub const TRACES_ON: i32 = 1;
pub const TRACES_OFF: i32 = 2;

pub const SUPPORT_FAULTS: i32 = 0;
pub const SUPPORT_DISABLED: i32 = 1;

pub const OK: i32 = 0;
pub const ALREADY_INSTALLED: i32 = 1;
pub const INVALID_OPTIONS: i32 = 2;

// The version in the names is that of the header: a runtime of another version doesn't link.
// SAFETY: the signatures are the runtime's own, of structs and constants that `abi.rs` compares with the header. What is
// `safe` has no conditions but what its types say: it reads or fills what it gets by reference, takes any number, and
// what it answers by reference lives as long as the error, or for ever.
unsafe extern "C" {
    #[link_name = "backstop_v0_support"]
    pub safe fn support() -> i32;
    #[link_name = "backstop_v0_install"]
    pub fn install(options: *const Options) -> i32;
    #[link_name = "backstop_v0_status"]
    pub safe fn status(health: &mut Health) -> i32;
    #[link_name = "backstop_v0_barrier_enter"]
    pub fn barrier_enter(name: *const c_char) -> u32;
    #[link_name = "backstop_v0_barrier_leave"]
    pub fn barrier_leave(previous: u32);
    #[cfg_attr(target_arch = "x86_64", allow(dead_code))]
    #[link_name = "backstop_v0_bridge_enter"]
    pub safe fn bridge_enter(site: &'static Site);
    #[link_name = "backstop_v0_bridge_site"]
    pub safe fn bridge_site() -> Option<&'static Site>;
    #[link_name = "backstop_v0_bridge_error"]
    pub safe fn bridge_error() -> *mut Error;
    #[link_name = "backstop_v0_error_free"]
    pub fn error_free(error: *mut Error);
    #[link_name = "backstop_v0_error_kind"]
    pub safe fn error_kind(error: &Error) -> i32;
    #[link_name = "backstop_v0_error_site"]
    pub safe fn error_site(error: &Error) -> &'static Site;
    #[link_name = "backstop_v0_error_message"]
    pub safe fn error_message(error: &Error) -> *const c_char;
    #[link_name = "backstop_v0_error_type_name"]
    pub safe fn error_type_name(error: &Error) -> *const c_char;
    #[link_name = "backstop_v0_error_what"]
    pub safe fn error_what(error: &Error, length: &mut usize) -> *const c_char;
    #[link_name = "backstop_v0_error_is_a"]
    pub fn error_is_a(error: &Error, class: *const c_char) -> i32;
    #[link_name = "backstop_v0_error_standard"]
    pub safe fn error_standard(error: &Error) -> *const c_char;
    #[link_name = "backstop_v0_error_code"]
    pub safe fn error_code(error: &Error, value: &mut i32) -> *const c_char;
    #[link_name = "backstop_v0_error_path"]
    pub safe fn error_path(error: &Error, number: usize) -> *const c_char;
    #[link_name = "backstop_v0_bridge_is_guarded"]
    pub safe fn bridge_is_guarded() -> i32;
    #[link_name = "backstop_v0_bridge_may_panic"]
    pub safe fn bridge_may_panic() -> i32;
    #[link_name = "backstop_v0_bridge_raise_again"]
    pub fn bridge_raise_again(error: *mut Error) -> i32;
    #[link_name = "backstop_v0_bridge_raise_rust"]
    pub fn bridge_raise_rust(carried: *mut Carried, is_panic: i32);
    #[link_name = "backstop_v0_bridge_carried"]
    pub safe fn bridge_carried(error: &Error) -> *const Carried;
    #[link_name = "backstop_v0_bridge_panic"]
    pub fn bridge_panic(error: *mut Error) -> *mut Unwinding;
    #[link_name = "backstop_v0_bridge_copy"]
    pub safe fn bridge_copy(error: &Error) -> *mut Error;
    #[link_name = "backstop_v0_bridge_nested"]
    pub fn bridge_nested(error: *mut Error) -> *mut Error;
    #[link_name = "backstop_v0_bridge_exception"]
    pub fn bridge_exception(site: &'static Site, what: *const u8, length: usize) -> *mut Error;
    #[link_name = "backstop_v0_bridge_cast"]
    pub fn bridge_cast(error: &Error, types: *const usize, count: usize, object: &mut *const ()) -> isize;
    #[link_name = "backstop_v0_error_registers"]
    pub safe fn error_registers(error: &Error, count: &mut usize) -> *const u64;
    #[link_name = "backstop_v0_register_name"]
    pub safe fn register_name(index: usize) -> *const c_char;
    #[link_name = "backstop_v0_deadline_enter"]
    pub safe fn deadline_enter(nanoseconds: u64) -> u64;
    #[link_name = "backstop_v0_deadline_leave"]
    pub safe fn deadline_leave(previous: u64);
    #[link_name = "backstop_v0_error_deadline"]
    pub safe fn error_deadline(error: &Error) -> Option<&Deadline>;
    #[link_name = "backstop_v0_error_recovery"]
    pub safe fn error_recovery(error: &Error) -> Option<&Recovery>;
    #[link_name = "backstop_v0_error_trace"]
    pub safe fn error_trace(error: &Error) -> Option<&Trace>;
    #[link_name = "backstop_v0_error_refusal"]
    pub safe fn error_refusal(error: &Error) -> *const c_char;
    #[link_name = "backstop_v0_error_refused_by"]
    pub safe fn error_refused_by(error: &Error, remaining: &mut u64) -> i32;
    #[link_name = "backstop_v0_domain_state"]
    pub safe fn domain_state(domain: &Domain) -> i32;
    #[link_name = "backstop_v0_domain_counters"]
    pub safe fn domain_counters(domain: &Domain, counters: &mut Counters) -> i32;
    #[link_name = "backstop_v0_domain_budget"]
    pub safe fn domain_budget(domain: &'static Domain, window: u64, budget: &mut Budget) -> i32;
    #[link_name = "backstop_v0_domain_set_breaker"]
    pub fn domain_set_breaker(domain: &'static Domain, breaker: *const Breaker) -> i32;
    #[link_name = "backstop_v0_domain_on_reset"]
    pub fn domain_on_reset(
        domain: &'static Domain,
        reset: Option<unsafe extern "C" fn(*mut c_void)>,
        data: *mut c_void,
    );
    #[link_name = "backstop_v0_bridge_hook"]
    pub fn bridge_hook(hook: *mut c_void);
    #[cfg(feature = "tracing")]
    #[link_name = "backstop_v0_add_domain_listener"]
    pub fn add_domain_listener(
        listener: extern "C" fn(&'static Domain, i32, *mut c_void),
        data: *mut c_void,
        priority: i32,
    ) -> i32;
    #[link_name = "backstop_v0_next_domain"]
    pub safe fn next_domain(domain: Option<&'static Domain>) -> Option<&'static Domain>;
    #[link_name = "backstop_v0_domain_first_fault"]
    pub fn domain_first_fault(domain: &Domain, buffer: *mut c_char, size: usize) -> usize;
    #[link_name = "backstop_v0_domain_reset"]
    pub safe fn domain_reset(domain: &Domain) -> *mut Error;
    #[link_name = "backstop_v0_bridge_refuse"]
    pub safe fn bridge_refuse(site: &'static Site) -> *mut Error;
    #[link_name = "backstop_v0_bridge_refuse_object"]
    pub fn bridge_refuse_object(site: &'static Site, message: *const u8, length: usize) -> *mut Error;
    #[link_name = "backstop_v0_error_fault"]
    pub safe fn error_fault(error: &Error) -> Option<&Fault>;
}

// SAFETY: the signature is that of the ABI which Rust unwinds by, too.
unsafe extern "C-unwind" {
    /// The unwinder's own. Comes back only if nobody catches it.
    #[link_name = "_Unwind_RaiseException"]
    pub fn raise(unwinding: *mut Unwinding) -> i32;
}
