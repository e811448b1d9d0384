//! Feeds the parser what it throws at, and what it crashes at.

use backstop::{Error, FaultKind};
use outside::ffi;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next(), arguments.next()) {
        (None, _) => {}
        (Some(text), None) => return println!("came back: {:?}", ffi::parse(&text).err()),
        (Some(kind), Some(times)) => return count(&kind, times.parse().expect("a number")),
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

/// Makes so many calls, for somebody to count the instructions.
fn count(kind: &str, times: usize) {
    let document = ffi::parse("title").expect("there is nothing wrong with it");
    let document = std::hint::black_box(&*document);
    for _ in 0..times {
        let length = match kind {
            "guarded" => document.length().ok(),
            _ => document.length_unguarded().ok(),
        };
        assert_eq!(length, Some(5));
    }
}
