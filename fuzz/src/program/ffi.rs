//! The bridge between the two halves of the interpreter.

use super::rust::{call_back, call_back_fallible};
pub use bridge::*;

#[backstop::bridge(on_torn = "allow")]
mod bridge {
    /// One statement, of C++ or of Rust.
    pub struct Op {
        kind: u8,
        /// Of the exception, the fault, the clause that catches.
        #[cxx_name = "type"]
        of_type: u32,
        number: u32,
        /// The block that it runs.
        child: u32,
        /// That of its handler.
        other: u32,
        /// Whether what was caught goes on its way.
        again: bool,
    }

    pub struct Block {
        start: u32,
        end: u32,
    }

    pub struct Program {
        ops: Vec<Op>,
        blocks: Vec<Block>,
    }

    unsafe extern "C++" {
        include!("backstop-fuzz/cpp/program.h");

        #[guard]
        fn run(program: &Program, block: u32) -> Result<()>;

        #[guard(recover = "jump")]
        fn run_jump(program: &Program, block: u32) -> Result<()>;

        fn forget_events();
        fn events() -> &'static [u32];
        fn note(event: u32);
        /// Whether the C++ of this thread is as if nothing had ever been thrown.
        fn is_clean() -> bool;
    }

    extern "Rust" {
        fn call_back(program: &Program, block: u32);
        fn call_back_fallible(program: &Program, block: u32) -> Result<()>;
    }
}
