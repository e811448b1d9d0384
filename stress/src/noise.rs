//! Signals from outside, for which there are handlers: SIGPROF a thousand times a second of processor time, storms of
//! SIGUSR1, and the SIGCHLD of the children. What handlers do that aren't backstop's, it must bear.

use crate::board::Board;
use crate::options::{MOST_THREADS, Options};
use crate::random;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{mem, ptr};

static SIGNALS: AtomicU64 = AtomicU64::new(0);

/// Does what handlers do: some arithmetic, some stack, a system call that fails, and `errno` as it was.
extern "C" fn handle(signal: c_int) {
    SIGNALS.fetch_add(1, Relaxed);
    let errno = crate::thread::errno();
    let scratch = [f64::from(signal); 64];
    std::hint::black_box(scratch.iter().sum::<f64>() / 3.0);
    // SAFETY: there is no such descriptor.
    unsafe { libc::close(-1) };
    crate::thread::set_errno(errno);
}

/// Sets the handler, with these flags.
fn handle_with(flags: c_int) {
    for signal in SIGNALS_OF_NOISE {
        // SAFETY: a handler that is async-signal-safe, and flags that fit it.
        let answer = unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = handle as extern "C" fn(c_int) as usize;
            action.sa_flags = flags;
            libc::sigaction(signal, &action, ptr::null_mut())
        };
        assert_eq!(answer, 0, "sigaction");
    }
}

fn set_profiler(microseconds: libc::suseconds_t) {
    let interval = libc::timeval { tv_sec: 0, tv_usec: microseconds };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    // SAFETY: the timer is read. (The crate's constant has another type than the crate's function, on some targets.)
    unsafe { libc::setitimer(libc::ITIMER_PROF, &timer, ptr::null_mut()) };
}

pub struct Noise {
    is_over: Arc<AtomicBool>,
    storm: JoinHandle<()>,
}

impl Noise {
    /// Begins to disturb these.
    pub fn start(options: &Options, board: &'static Board, targets: Vec<libc::pthread_t>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut random = random::generator(options.seed, MOST_THREADS, 0);
        let stack = if is_on_own_stack(options.seed) { 0 } else { libc::SA_ONSTACK };
        handle_with(stack);
        set_profiler(1000);
        let over = Arc::clone(&is_over);
        let storm = thread::spawn(move || {
            while !over.load(Relaxed) {
                thread::sleep(Duration::from_micros(random.u64(100..50_000)));
                if random.u8(..) < 32 {
                    let restart = if random.bool() { libc::SA_RESTART } else { 0 }; // of system calls
                    handle_with(stack | restart);
                }
                for _ in 0..random.u8(1..32) {
                    let target = *random.choice(&targets).expect("there are some");
                    // SAFETY: a thread that lives until this one has ended.
                    unsafe { libc::pthread_kill(target, libc::SIGUSR1) };
                }
                board.signals.store(SIGNALS.load(Relaxed), Relaxed);
            }
        });
        Self { is_over, storm }
    }

    /// Ends it.
    pub fn stop(self) {
        self.is_over.store(true, Relaxed);
        self.storm.join().expect("it doesn't panic");
        set_profiler(0);
    }
}

/// Whether the handlers run on the stack of whom they interrupt: with every other seed. They run on the alternate stack
/// otherwise.
pub fn is_on_own_stack(seed: u64) -> bool {
    seed % 2 == 1
}

/// While it lives, this thread and those that it starts are left in peace. For who uses up his stack: a handler that
/// finds no room on it ends any process.
pub struct Peace {
    blocked_before: libc::sigset_t,
}

impl Peace {
    pub fn begin() -> Self {
        // SAFETY: an empty set is all zeros; both sets are this function's.
        unsafe {
            let (mut noise, mut blocked_before): (libc::sigset_t, _) = (mem::zeroed(), mem::zeroed());
            for signal in SIGNALS_OF_NOISE {
                libc::sigaddset(&mut noise, signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &noise, &mut blocked_before);
            Self { blocked_before }
        }
    }
}

impl Drop for Peace {
    fn drop(&mut self) {
        // SAFETY: what was blocked before.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.blocked_before, ptr::null_mut()) };
    }
}

const SIGNALS_OF_NOISE: [c_int; 3] = [libc::SIGPROF, libc::SIGUSR1, libc::SIGCHLD];
