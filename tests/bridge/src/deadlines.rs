//! Deadlines of guarded functions: what cxx knows nothing of.

use std::thread;
use std::time::Duration;

/// What C++ calls back.
pub struct Sleeper(Duration);

impl Sleeper {
    fn sleep(&self) {
        thread::sleep(self.0);
    }
}

#[backstop::bridge(namespace = "deadlines", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        type Sleeper;
        fn sleep(&self);
    }

    #[guard(deadline = "50ms")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/deadlines.h");

        type Tray;

        #[guard]
        fn sleep_for(milliseconds: u64) -> Result<()>;
        #[guard]
        fn sleep_with(tray: UniquePtr<Tray>, milliseconds: u64) -> Result<()>;
        #[guard(deadline = "none")]
        #[rust_name = "sleep_for_ever"]
        fn sleep_for(milliseconds: u64) -> Result<()>;
        #[guard(recover = "jump")]
        #[rust_name = "sleep_and_jump"]
        fn sleep_for(milliseconds: u64) -> Result<()>;
        fn tray_after(sleeper: &Sleeper) -> Result<UniquePtr<Tray>>;
    }

    unsafe extern "C++" {
        fn living_trays() -> i32;
        fn forget_trays();
        fn new_tray() -> UniquePtr<Tray>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Sleeper, ffi};
    use backstop::{Deadline, Error};
    use std::sync::{Mutex, MutexGuard};
    use std::time::{Duration, Instant};

    const LONG: u64 = 600_000;
    const HOUR: Duration = Duration::from_secs(3600);

    /// Trays are counted for the whole process.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn deadline<T>(result: Result<T, Error>) -> Deadline {
        match result {
            Err(Error::Deadline(deadline)) => deadline,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("it returned"),
        }
    }

    #[test]
    fn of_the_function() {
        let _alone = alone();
        let deadline = deadline(ffi::sleep_for(LONG));
        assert_eq!(deadline.allowed(), Duration::from_millis(50));
        assert!(deadline.was_interrupted() && deadline.ran() >= deadline.allowed() && deadline.tries() > 0);
        assert!(deadline.site().name().ends_with("::sleep_for"), "{deadline}");
        let line = deadline.to_string();
        assert!(
            line.contains("::sleep_for: interrupted after ") && line.contains("(deadline 50 ms)"),
            "{line}"
        );
        let backtrace = deadline.backtrace().unwrap().to_string();
        assert!(backtrace.contains("sleep_for"), "{backtrace}");
        let report = format!("{deadline:#}");
        assert!(report.contains("\n  recovery: ") && report.contains("\n  backtrace:"), "{report}");
        let error = Error::Deadline(deadline);
        assert!(error.site().name().ends_with("::sleep_for") && error.to_string() == line);
        assert!(std::error::Error::source(&error).is_none());
        assert_eq!(ffi::living_trays(), 0);
    }

    #[test]
    fn what_was_passed_is_destroyed() {
        let _alone = alone();
        for _ in 0..20 {
            deadline(ffi::sleep_with(ffi::new_tray(), LONG));
        }
        assert_eq!(ffi::living_trays(), 0);
        ffi::sleep_with(ffi::new_tray(), 0).unwrap();
        assert_eq!(ffi::living_trays(), 0);
    }

    #[test]
    fn none_where_the_function_says_so() {
        let _alone = alone();
        ffi::sleep_for_ever(20).unwrap();
        ffi::sleep_for(0).unwrap();
    }

    #[test]
    fn of_the_caller() {
        let _alone = alone();
        let start = Instant::now();
        let [first, second] = backstop::within(Duration::from_millis(10), || {
            [(); 2].map(|()| deadline(ffi::sleep_for_ever(LONG)))
        });
        assert!(first.was_interrupted() && second.was_interrupted());
        assert!(start.elapsed() >= Duration::from_millis(10));
        ffi::sleep_for_ever(20).unwrap();
    }

    #[test]
    fn the_earlier_counts() {
        let _alone = alone();
        let inner = backstop::within(HOUR, || deadline(ffi::sleep_for(LONG)));
        assert_eq!(inner.allowed(), Duration::from_millis(50));
        let outer = backstop::within(Duration::from_millis(2), || deadline(ffi::sleep_for(LONG)));
        assert!(outer.allowed() <= Duration::from_millis(2));
        let nested = backstop::within(Duration::from_millis(2), || {
            backstop::within(HOUR, || deadline(ffi::sleep_for_ever(LONG)))
        });
        assert!(nested.allowed() <= Duration::from_millis(2));
    }

    #[test]
    fn a_panic_ends_the_scope() {
        let _alone = alone();
        let body = || backstop::within(Duration::ZERO, || panic!("on purpose"));
        std::panic::catch_unwind(body).unwrap_err();
        ffi::sleep_for_ever(20).unwrap();
    }

    #[test]
    fn by_a_jump() {
        let _alone = alone();
        let before = ffi::living_trays();
        let deadline = deadline(ffi::sleep_and_jump(LONG));
        assert_eq!(deadline.recovery().unwrap().way(), backstop::Way::Jump);
        assert!(Error::Deadline(deadline).is_torn());
        assert_eq!(ffi::living_trays(), before + 1); // that was on the stack, and is not destroyed
        ffi::forget_trays();
    }

    /// What it returned is dropped, not lost.
    #[test]
    fn rust_that_is_called_back_is_not_interrupted() {
        let _alone = alone();
        let before = ffi::living_trays();
        let deadline = deadline(ffi::tray_after(&Sleeper(Duration::from_millis(600))));
        assert!(deadline.obstacle().unwrap().contains("callback"), "{deadline}");
        if !deadline.was_interrupted() {
            assert!(deadline.backtrace().is_none() && deadline.recovery().is_none() && !deadline.is_torn());
            assert!(deadline.to_string().contains("::tray_after: returned after "), "{deadline}");
        }
        assert_eq!(ffi::living_trays(), before);
        assert!(ffi::tray_after(&Sleeper(Duration::ZERO)).is_ok());
        assert_eq!(ffi::living_trays(), before);
    }
}
