//! Feeds the parser what it throws at, and what it crashes at.

use backstop::{Error, FaultKind};
use outside::ffi;

fn main() {
    if let Some(text) = std::env::args().nth(1) {
        return println!("came back: {:?}", ffi::parse(&text).err());
    }
    for _ in 0..3 {
        match ffi::parse("").err() {
            Some(Error::Exception(exception)) => println!("{exception}"),
            other => panic!("{other:?}"),
        }
        match ffi::parse("crash").err() {
            Some(Error::Fault(fault)) => {
                assert_eq!(fault.kind(), FaultKind::NullDereference);
                println!("{fault}");
            }
            other => panic!("{other:?}"),
        }
        let document = ffi::parse("title").expect("there is nothing wrong with it");
        println!("{}", document.title().expect("it has one"));
    }
}
