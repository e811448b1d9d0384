//! A handler that was there before backstop gets the faults that no guard covers, as if it were alone.

mod support;

use backstop::{Config, Support};
use libc::{
    SA_NODEFER, SA_ONSTACK, SA_RESETHAND, SA_SIGINFO, SIG_DFL, SIG_IGN, SIGABRT, SIGBUS, SIGFPE, SIGSEGV,
    SIGTERM, SIGUSR1, c_int,
};
use std::ffi::c_void;
use std::process::ExitCode;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::SeqCst};
use support::signals::{self, Handler};
use support::{Test, arm, assert_recovers, marker};

fn main() -> ExitCode {
    let mut tests = each_way_to_install();
    tests.extend(each_way_to_ignore());
    tests.extend(crash_reporter());
    tests.extend([
        Test::in_child("mends_the_cause", mends_the_cause), // G1
        Test::in_child("leaves_by_siglongjmp", leaves_by_siglongjmp),
        Test::in_child("does_not_see_guarded_faults", does_not_see_guarded_faults),
        Test::in_child("installed_later_and_passing_on", installed_later_and_passing_on),
    ]);
    support::main(tests)
}

/// The page that faults, the handler's calls, and the flags that it was installed with.
static PAGE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
static CALLS: AtomicUsize = AtomicUsize::new(0);
static FLAGS: AtomicUsize = AtomicUsize::new(0);

/// Where in the page the writes go.
const OFFSET: usize = 0x678;

fn each_way_to_install() -> Vec<Test> {
    let names = [
        (SA_SIGINFO, "SIGINFO"),
        (SA_NODEFER, "NODEFER"),
        (SA_RESETHAND, "RESETHAND"),
        (SA_ONSTACK, "ONSTACK"),
    ];
    let masks: [&'static [c_int]; 2] = [&[], &[SIGUSR1, SIGTERM]];
    let mut tests = Vec::new();
    for subset in 0..1 << names.len() {
        for mask in masks {
            let chosen =
                names.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1).map(|(_, name)| name);
            let flags = chosen.clone().fold(0, |flags, (flag, _)| flags | flag);
            let mut name = chosen.fold(String::from("installed_with"), |name, (_, flag)| name + " " + flag);
            if !mask.is_empty() {
                name += " mask";
            }
            tests.push(Test::new(
                name,
                move || fault_under_handler(flags, mask),
                // Whatever the handler saw, and whether it died of the second fault: it is the same without us.
                |child| child.run().same_as(&child.with("BACKSTOP_DISABLE", "1").run()),
            ));
        }
    }
    tests
}

// trap 23, B28
fn fault_under_handler(flags: c_int, mask: &[c_int]) {
    PAGE.store(signals::read_only_page(), SeqCst);
    FLAGS.store(flags as usize, SeqCst);
    let handler: usize = if flags & SA_SIGINFO != 0 {
        note_all as Handler as usize
    } else {
        note_signal as extern "C" fn(c_int) as usize
    };
    signals::set_action(SIGSEGV, handler, flags, mask);
    arm();
    signals::poke(PAGE.load(SeqCst).wrapping_add(OFFSET));
    println!("went on after {} calls, blocking {:?}", CALLS.load(SeqCst), signals::blocked());
}

extern "C" fn note_all(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the handler's second argument, which has an address for this signal.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    let instruction = signals::instruction_pointer(context).abs_diff(signals::poke as *const () as usize);
    let offset = address.wrapping_sub(PAGE.load(SeqCst) as usize);
    println!("code {code} at page + {offset:#x} by poke + {instruction:#x}");
    note_signal(signal);
}

/// Mends the cause on the third call only: until then the fault comes again, as the handler returns.
extern "C" fn note_signal(signal: c_int) {
    println!("signal {signal}, blocking {:?}", signals::blocked());
    if FLAGS.load(SeqCst) as c_int & SA_ONSTACK != 0 {
        println!("on the alternate stack: {}", signals::on_alternate_stack());
    }
    if CALLS.fetch_add(1, SeqCst) == 2 {
        signals::make_writable(PAGE.load(SeqCst));
    }
}

// L15
/// A fault can't be ignored, but what is sent can, and abort ends the process either way.
fn each_way_to_ignore() -> Vec<Test> {
    let with_action = |action, fault: fn()| {
        move || {
            for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
                signals::set_action(signal, action, 0, &[]);
            }
            arm();
            marker();
            fault();
        }
    };
    let go_on_if_sent = || {
        for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            // SAFETY: has no conditions.
            unsafe { libc::raise(signal) };
        }
        assert_recovers();
    };
    let mut tests = Vec::new();
    for (name, action) in [("by_default", SIG_DFL), ("ignored", SIG_IGN)] {
        let fault = with_action(action, backstop_zoo::null_write_unguarded);
        tests.push(support::dies_all_the_same(format!("{name}: fault"), fault, SIGSEGV));
        let abort = with_action(action, backstop_zoo::failed_assert_unguarded);
        tests.push(support::dies_all_the_same(format!("{name}: abort"), abort, SIGABRT));
    }
    tests.push(Test::in_child("ignored: sent", with_action(SIG_IGN, go_on_if_sent)));
    tests
}

/// What Breakpad and its like do: they report, withdraw for the default action, and have the signal come again.
fn crash_reporter() -> [Test; 3] {
    extern "C" fn report(signal: c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
        // SAFETY: the handler's second argument.
        let code = unsafe { (*info).si_code };
        println!("report of signal {signal}, code {code}");
        signals::set_action(signal, SIG_DFL, 0, &[]);
        if code <= 0 {
            // SAFETY: has no conditions.
            unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), signals::thread_id(), signal) };
        } // a fault comes by itself, as its instruction is tried again
    }
    let reported = |fault: fn()| {
        move || {
            for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
                signals::set_action(signal, report as Handler as usize, SA_SIGINFO | SA_ONSTACK, &[SIGUSR1]);
            }
            if backstop::support() == Support::Faults {
                assert_recovers(); // and it isn't reported, or else the outputs differ
            }
            arm();
            fault();
        }
    };
    let sent = || {
        // SAFETY: has no conditions.
        unsafe { libc::raise(SIGSEGV) };
    };
    [
        ("reported: fault", reported(backstop_zoo::null_write_unguarded)),
        ("reported: abort", reported(backstop_zoo::failed_assert_unguarded)),
        ("reported: sent", reported(sent)),
    ]
    .map(|(name, body)| {
        Test::new(name, body, |child| child.run().same_as(&child.with("BACKSTOP_DISABLE", "1").run()))
    })
}

extern "C" fn mend(_: c_int) {
    CALLS.fetch_add(1, SeqCst);
    signals::make_writable(PAGE.load(SeqCst));
}

fn mends_the_cause() {
    signals::set_action(SIGSEGV, mend as extern "C" fn(c_int) as usize, 0, &[]);
    arm();
    for round in 1..=2 {
        let page = signals::read_only_page();
        PAGE.store(page, SeqCst);
        signals::poke(page.wrapping_add(OFFSET));
        signals::poke(page.wrapping_add(OFFSET)); // doesn't fault
        assert_eq!(CALLS.load(SeqCst), round);
        // SAFETY: within the page.
        assert_eq!(unsafe { page.add(OFFSET).read() }, 1);
        assert_recovers();
    }
}

fn leaves_by_siglongjmp() {
    backstop_zoo::install_jumping_handler().expect("a handler");
    arm();
    for _ in 0..2 {
        assert!(backstop_zoo::null_write_jumped_out_of());
        assert_recovers();
    }
}

fn does_not_see_guarded_faults() {
    signals::set_action(SIGSEGV, mend as extern "C" fn(c_int) as usize, 0, &[]);
    assert_recovers();
    assert_eq!(CALLS.load(SeqCst), 0);
}

/// What a crash reporter does that is set up after us: it looks at the fault and passes it on to the handler before it,
/// which is ours.
fn installed_later_and_passing_on() {
    static OURS: AtomicUsize = AtomicUsize::new(0);
    extern "C" fn pass_on(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
        CALLS.fetch_add(1, SeqCst);
        // SAFETY: backstop's handler, which takes these arguments.
        let ours: Handler = unsafe { std::mem::transmute(OURS.load(SeqCst)) };
        ours(signal, info, context);
    }
    backstop::install(Config::new()).expect("the first to install");
    OURS.store(signals::action(SIGSEGV), SeqCst);
    signals::set_action(SIGSEGV, pass_on as Handler as usize, SA_SIGINFO | SA_ONSTACK, &[SIGUSR1]);
    for round in 1..=3 {
        assert_recovers();
        assert_eq!(CALLS.load(SeqCst), round);
        assert_eq!(signals::blocked(), []);
    }
}
