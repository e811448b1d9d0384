//! The Rust half of the interpreter.

use super::ffi::{self, Op, Program};
use super::{DESTRUCTOR, FAULT, RETURNED, rust_kind};
use backstop::Error;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

/// Notes that it is dropped.
struct Tracked(u32);

impl Drop for Tracked {
    fn drop(&mut self) {
        ffi::note(DESTRUCTOR + self.0);
    }
}

/// What a Rust block panics with.
struct Thrown;

/// Runs a block. What fails in it panics where C++ can't be told of an error.
pub fn call_back(program: &Program, block: u32) {
    if self::block(program, block).is_err() {
        panic_any(Thrown);
    }
}

pub fn call_back_fallible(program: &Program, block: u32) -> Result<(), Error> {
    self::block(program, block)
}

pub fn block(program: &Program, number: u32) -> Result<(), Error> {
    let block = &program.blocks[number as usize];
    program.ops[block.start as usize..block.end as usize].iter().try_for_each(|op| step(program, op))
}

fn step(program: &Program, op: &Op) -> Result<(), Error> {
    match op.kind {
        rust_kind::NOTE => ffi::note(op.number),
        rust_kind::LOCAL => {
            let _tracked = Tracked(op.number);
            return block(program, op.child);
        }
        rust_kind::PANIC => panic_any(Thrown),
        rust_kind::CATCH => {
            // What is thrown on is for the guards to see.
            if catch_unwind(AssertUnwindSafe(|| block(program, op.child).ok())).is_err() {
                block(program, op.other)?;
            }
        }
        _ => {
            let run = if op.of_type == 1 { ffi::run_jump } else { ffi::run };
            let outcome = run(program, op.child);
            ffi::note(outcome.as_ref().map_or_else(code_of, |()| RETURNED));
            if op.again {
                return outcome;
            }
        }
    }
    Ok(())
}

/// As in program.cc.
fn code_of(error: &Error) -> u32 {
    match error {
        Error::Fault(fault) => FAULT + fault.signal().number() as u32 * 10 + u32::from(error.is_torn()),
        Error::Panic(_) => 400_000,
        Error::Exception(exception) => match exception.type_name() {
            "std::runtime_error" => 200_000,
            "int" => 210_000,
            "(anonymous namespace)::Odd" => 220_000,
            _ => 230_000,
        },
        other => panic!("{other} can't be"),
    }
}
