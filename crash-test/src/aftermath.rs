use std::ffi::c_int;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::{mem, ptr};

/// What a call that recovers from a crash has to leave as it was: on this thread `errno`, the signal mask, the alternate
/// stack and the floating-point modes; in the process the signal handlers and the open descriptors.
///
/// Much of that is set up once, by a thread's or the process's first such call. So have one succeed before.
///
/// ```
/// use backstop_crash_test::Aftermath;
///
/// let before = Aftermath::now();
/// // ... the call that crashes, and returns an error ...
/// before.assert_unchanged();
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aftermath {
    errno: Option<c_int>,
    blocked_signals: Vec<c_int>,
    alternate_stack: (usize, usize, c_int),
    floating_point_modes: u64,
    handlers: Vec<(c_int, usize)>,
    descriptors: Vec<(String, PathBuf)>,
}

impl Aftermath {
    /// As it is. Leaves `errno` alone.
    pub fn now() -> Self {
        // SAFETY: this thread's own, now and below.
        let errno = unsafe { *libc::__errno_location() };
        let now = Self {
            errno: Some(errno),
            blocked_signals: blocked_signals(),
            alternate_stack: alternate_stack(),
            floating_point_modes: floating_point_modes(),
            handlers: handlers(),
            descriptors: descriptors(),
        };
        // SAFETY: see above.
        unsafe { *libc::__errno_location() = errno };
        now
    }

    /// The same without `errno`, which a call that comes to its end may change.
    #[must_use]
    pub fn but_errno(self) -> Self {
        Self { errno: None, ..self }
    }

    /// Asserts that all of it is as it was, and that memory can be had, on this thread and on another: an allocator that
    /// was left with its lock held is found by the time limit.
    #[track_caller]
    pub fn assert_unchanged(&self) {
        let now = Self::now();
        let changes = self.changes(&now);
        assert!(changes.is_empty(), "something is not as it was:\n{}", changes.join("\n"));
        use_malloc();
        thread::spawn(use_malloc).join().expect("there is memory");
    }

    fn changes(&self, now: &Self) -> Vec<String> {
        let (errno, now_errno) = (self.errno, self.errno.and(now.errno));
        let rows = [
            ("errno", (errno != now_errno).then(|| format!("{errno:?}, now {now_errno:?}"))),
            ("blocked signals", changed(&self.blocked_signals, &now.blocked_signals)),
            ("alternate stack (where, size, flags)", changed(&self.alternate_stack, &now.alternate_stack)),
            ("floating-point modes", changed(&self.floating_point_modes, &now.floating_point_modes)),
            ("handlers (by signal)", changed(&self.handlers, &now.handlers)),
            ("descriptors", changed(&self.descriptors, &now.descriptors)),
        ];
        rows.into_iter().filter_map(|(what, change)| Some(format!("{what}: {}", change?))).collect()
    }
}

fn changed<T: PartialEq + std::fmt::Debug>(before: &T, now: &T) -> Option<String> {
    (before != now).then(|| format!("{before:?}, now {now:?}"))
}

fn blocked_signals() -> Vec<c_int> {
    // SAFETY: a set of zeros is an empty one. It is filled, and then asked for signals that exist.
    unsafe {
        let mut set = mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut set);
        (1..=libc::SIGRTMAX()).filter(|&signal| libc::sigismember(&set, signal) == 1).collect()
    }
}

fn alternate_stack() -> (usize, usize, c_int) {
    let mut stack = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 0 };
    // SAFETY: only asks.
    unsafe { libc::sigaltstack(ptr::null(), &mut stack) };
    (stack.ss_sp as usize, stack.ss_size, stack.ss_flags)
}

/// How is rounded, and what traps. Without the flags, which tell what was computed.
fn floating_point_modes() -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        let (mut sse, mut x87) = (0_u32, 0_u16);
        // SAFETY: each stores a register at the address given.
        unsafe {
            std::arch::asm!("stmxcsr [{}]", in(reg) &mut sse, options(nostack));
            std::arch::asm!("fnstcw [{}]", in(reg) &mut x87, options(nostack));
        }
        u64::from(sse & !0x3f) << 16 | u64::from(x87)
    }
    #[cfg(target_arch = "aarch64")]
    {
        let modes: u64;
        // SAFETY: reads a register.
        unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) modes, options(nomem, nostack)) };
        modes
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    0
}

/// Those that are not the default, by signal.
fn handlers() -> Vec<(c_int, usize)> {
    let action = |signal| {
        // SAFETY: the action is filled, except for signals that are libc's own.
        let action = unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            libc::sigaction(signal, ptr::null(), &mut action);
            action.sa_sigaction
        };
        (signal, action)
    };
    (1..=libc::SIGRTMAX()).map(action).filter(|&(_, action)| action != libc::SIG_DFL).collect()
}

/// With what each is open on, but for the one by which this is found out.
fn descriptors() -> Vec<(String, PathBuf)> {
    let entries =
        fs::read_dir("/proc/self/fd").expect("Linux lists them, and there is a descriptor left to read it");
    let open = entries.filter_map(|entry| {
        let entry = entry.expect("it can be read");
        let target = fs::read_link(entry.path()).ok()?;
        let is_list = target.starts_with("/proc") && target.ends_with("fd");
        (!is_list).then(|| (entry.file_name().to_string_lossy().into_owned(), target))
    });
    let mut open: Vec<_> = open.collect();
    open.sort();
    open
}

/// From the thread's cache through the arena to mappings of their own.
fn use_malloc() {
    let blocks = (0..22).map(|bits| {
        let size = 1 << bits;
        // SAFETY: the block is as large as that, and is freed below.
        unsafe {
            let block = libc::malloc(size);
            assert!(!block.is_null(), "malloc({size}) fails");
            block.write_bytes(1, size);
            block
        }
    });
    for block in blocks.collect::<Vec<_>>() {
        // SAFETY: from malloc, and freed once.
        unsafe { libc::free(block) };
    }
}
