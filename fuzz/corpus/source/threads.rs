//! Types of C++ that other threads may have and share, because somebody vouches for it.

/// The bridge.
#[backstop::bridge(namespace = "guarded::threads")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/threads.h");

        /// Counts, whoever asks.
        type Counter;

        /// At zero.
        fn counter() -> Result<UniquePtr<Counter>>;
        /// And returns how many there were before.
        fn add(&self, more: i32) -> Result<i32>;
    }
}

// SAFETY: it holds an atomic number and nothing else.
unsafe impl Send for ffi::Counter {}
// SAFETY: as above.
unsafe impl Sync for ffi::Counter {}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;
    use std::thread;

    #[test]
    fn move_to_another() {
        let counter = ffi::counter().unwrap();
        let count = move || every_mood!(before = counter.add(1) => assert!(before >= 0));
        thread::spawn(count).join().unwrap();
    }

    #[test]
    fn share_with_others() {
        let counter = ffi::counter().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    every_mood!(before = counter.add(0) => assert!((0..100).contains(&before)));
                    (0..25).for_each(|_| assert!(counter.add(1).is_ok()));
                });
            }
        });
        assert_eq!(counter.add(0).unwrap(), 100);
    }
}
