//! Programs from bytes, and as text for people.

use super::ffi::{Block, Op, Program};
use super::{cxx_kind, rust_kind};
use arbitrary::{Result, Unstructured};
use std::fmt::Write;

const MOST_OPS: usize = 200;
const DEEPEST: u32 = 12;

/// Of code that a recovery runs, each in that of another: one more fault on top, and the runtime refuses.
const MOST_RECOVERING: u32 = 3;

/// The first block is Rust's.
pub fn program(bytes: &[u8]) -> Program {
    let mut builder = Builder {
        u: Unstructured::new(bytes),
        program: Program { ops: Vec::new(), blocks: Vec::new() },
        numbers: 0,
        recovering: 0,
    };
    builder.block(true, 0);
    builder.program
}

struct Builder<'a> {
    u: Unstructured<'a>,
    program: Program,
    numbers: u32,
    recovering: u32,
}

impl Builder<'_> {
    /// Answers the number of the block.
    fn block(&mut self, is_rust: bool, depth: u32) -> u32 {
        let number = self.program.blocks.len();
        self.program.blocks.push(Block { start: 0, end: 0 });
        let mut ops = Vec::new();
        let is_full = self.u.is_empty() || depth > DEEPEST || self.program.ops.len() > MOST_OPS;
        let count = if is_full { 0 } else { self.u.int_in_range(0..=4).unwrap_or(0) };
        for _ in 0..count {
            let op = if is_rust { self.rust_op(depth) } else { self.cxx_op(depth) };
            ops.extend(op);
        }
        // Blocks lie one after the other, so those within have been put away before.
        let start = self.program.ops.len();
        self.program.ops.extend(ops);
        let end = self.program.ops.len();
        self.program.blocks[number] = Block { start: start as u32, end: end as u32 };
        number as u32
    }

    /// One that may run while a fault is being recovered: empty where there are too many of them around.
    fn block_of_a_recovery(&mut self, depth: u32) -> u32 {
        let depth = if self.recovering < MOST_RECOVERING { depth } else { DEEPEST + 1 };
        self.recovering += 1;
        let number = self.block(false, depth);
        self.recovering -= 1;
        number
    }

    fn op(&mut self, kind: u8) -> Op {
        self.numbers += 1;
        Op { kind, of_type: 0, number: self.numbers, child: 0, other: 0, again: false }
    }

    fn cxx_op(&mut self, depth: u32) -> Result<Op> {
        let kind = match self.u.int_in_range(0..=13)? {
            kind @ 0..=10 => kind,
            11 => cxx_kind::LOCAL,
            12 => cxx_kind::FAULT,
            _ => cxx_kind::CALL_BACK_FALLIBLE,
        };
        let mut op = self.op(kind);
        match kind {
            cxx_kind::NOTE => {}
            cxx_kind::THROW => op.of_type = self.u.int_in_range(0..=2)?,
            cxx_kind::FAULT => op.of_type = self.u.int_in_range(0..=4)?,
            cxx_kind::CATCH => {
                op.of_type = self.u.int_in_range(0..=2)?;
                op.again = self.u.arbitrary()?;
                op.child = self.block(false, depth + 1);
                op.other = self.block_of_a_recovery(depth + 1);
            }
            cxx_kind::DEFER => op.child = self.block_of_a_recovery(depth + 1),
            cxx_kind::CALL_BACK | cxx_kind::CALL_BACK_FALLIBLE => op.child = self.block(true, depth + 1),
            _ => op.child = self.block(false, depth + 1),
        }
        Ok(op)
    }

    fn rust_op(&mut self, depth: u32) -> Result<Op> {
        let kind = match self.u.int_in_range(0..=7)? {
            kind @ 0..=3 => kind,
            _ => rust_kind::GUARDED,
        };
        let mut op = self.op(kind);
        match kind {
            rust_kind::NOTE | rust_kind::PANIC => {}
            rust_kind::LOCAL => op.child = self.block(true, depth + 1),
            rust_kind::CATCH => {
                op.child = self.block(true, depth + 1);
                op.other = self.block(true, depth + 1);
            }
            _ => {
                op.of_type = u32::from(self.u.ratio(1, 4)?); // by a jump
                op.again = self.u.arbitrary()?;
                op.child = self.block(false, depth + 1);
            }
        }
        Ok(op)
    }
}

/// The program as one would write it.
pub fn listing(program: &Program) -> String {
    let mut text = String::new();
    list(program, 0, true, 0, &mut text);
    text
}

fn list(program: &Program, block: u32, is_rust: bool, depth: usize, text: &mut String) {
    let block = &program.blocks[block as usize];
    for op in &program.ops[block.start as usize..block.end as usize] {
        let Op { kind, of_type, number, child, other, again } = *op;
        let name = match (is_rust, kind) {
            (_, cxx_kind::NOTE) => "note",
            (_, cxx_kind::LOCAL) => "local",
            (true, rust_kind::PANIC) => "panic",
            (true, rust_kind::CATCH) => "catch_unwind",
            (true, _) => ["guarded", "guarded, by a jump"][of_type as usize],
            (false, cxx_kind::DEFER) => "defer",
            (false, cxx_kind::THROW) => ["throw runtime_error", "throw int", "throw Odd"][of_type as usize],
            (false, cxx_kind::FAULT) => {
                ["null read", "null write", "1 / 0", "trap", "abort"][of_type as usize]
            }
            (false, cxx_kind::CATCH) => ["catch exception", "catch int", "catch ..."][of_type as usize],
            (false, cxx_kind::NOEXCEPT) => "noexcept",
            (false, cxx_kind::GUARD) => "backstop::call",
            (false, cxx_kind::HOLD) => "hold",
            (false, cxx_kind::CALL_BACK) => "call back",
            (false, _) => "call back, fallible",
        };
        let again = if again { ", and on" } else { "" };
        writeln!(text, "{:depth$}{number}: {name}{again}", "").expect("a String takes it");
        let is_inside_rust = match (is_rust, kind) {
            (true, kind) => kind != rust_kind::GUARDED,
            (false, kind) => kind >= cxx_kind::CALL_BACK,
        };
        if child != 0 {
            list(program, child, is_inside_rust, depth + 2, text);
        }
        if other != 0 {
            writeln!(text, "{:depth$}handler", "").expect("a String takes it");
            list(program, other, is_inside_rust, depth + 2, text);
        }
    }
}
