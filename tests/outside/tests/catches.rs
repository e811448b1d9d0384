//! From outside the crate, too, a fault in the bridge is an error.

use backstop::{Error, FaultKind, Signal};
use outside::ffi;

#[test]
fn catches_a_fault() {
    let Some(Error::Fault(fault)) = ffi::parse("crash").err() else { panic!("it crashes") };
    assert_eq!((fault.kind(), fault.signal()), (FaultKind::NullDereference, Signal::SIGSEGV));
    assert_eq!(fault.site().name(), "outside::ffi::parse");
    assert_eq!(ffi::parse("goes on").unwrap().title().unwrap(), "goes on");
}

#[test]
fn catches_a_fault_on_every_thread() {
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(catches_a_fault)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
