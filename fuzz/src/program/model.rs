//! What must come of a program, by the promises alone.

use super::ffi::{Block, Op, Program};
use super::{DEFERRED, DESTRUCTOR, FAULT, RETURNED, TORN, cxx_kind, rust_kind};

const SIGILL: u32 = 4;
const SIGABRT: u32 = 6;
const SIGFPE: u32 = 8;
const SIGSEGV: u32 = 11;

/// How a block ends that doesn't end well.
#[derive(Clone, Copy, PartialEq)]
enum Failure {
    Exception(Type),
    Panic,
    Fault(Fault),
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Runtime,
    Int,
    Odd,
    /// A Rust error that C++ carries.
    Rust,
}

#[derive(Clone, Copy, PartialEq)]
struct Fault {
    signal: u32,
    /// Whether a destructor was left out: then it must be torn.
    left: bool,
    /// Whether it may be torn all the same, for the tables don't tell enough.
    may_be_torn: bool,
    /// Whether it passes the frames in which it is by unwinding them.
    unwinds: bool,
    /// Whether it is a `std::terminate`.
    terminates: bool,
}

/// Where a C++ block runs.
#[derive(Clone, Copy)]
struct Place {
    /// Whether faults come back to the guard around it by unwinding.
    unwinds: bool,
    /// Whether an exception is being handled, under that guard: then no catch (...) can be entered for a fault, since C++
    /// takes nothing foreign beside it.
    handles: bool,
}

struct Model<'a> {
    program: &'a Program,
    events: Vec<u32>,
}

/// What is noted.
pub fn events(program: &Program) -> Vec<u32> {
    let mut model = Model { program, events: Vec::new() };
    let _ = model.rust_block(0);
    model.events
}

/// How a Rust block ends that doesn't end well.
#[derive(Clone, Copy)]
enum End {
    Error(Failure),
    Panic,
}

impl<'a> Model<'a> {
    fn note(&mut self, event: u32) {
        self.events.push(event);
    }

    fn ops(&self, block: u32) -> &'a [Op] {
        let Block { start, end } = self.program.blocks[block as usize];
        &self.program.ops[start as usize..end as usize]
    }

    fn rust_block(&mut self, block: u32) -> Result<(), End> {
        self.ops(block).iter().try_for_each(|op| self.rust_step(op))
    }

    fn rust_step(&mut self, op: &Op) -> Result<(), End> {
        match op.kind {
            rust_kind::NOTE => self.note(op.number),
            rust_kind::LOCAL => {
                let outcome = self.rust_block(op.child);
                self.note(DESTRUCTOR + op.number);
                return outcome;
            }
            rust_kind::PANIC => return Err(End::Panic),
            rust_kind::CATCH => {
                if let Err(End::Panic) = self.rust_block(op.child) {
                    return self.rust_block(op.other);
                }
            }
            _ => {
                let outcome = self.guarded(op.child, op.of_type == 0);
                if op.again {
                    return outcome.map_err(End::Error);
                }
            }
        }
        Ok(())
    }

    /// A guarded call of a C++ block, from which a fault comes back by unwinding, or else by a jump.
    fn guarded(&mut self, block: u32, unwinds: bool) -> Result<(), Failure> {
        let outcome = self.cxx_block(block, Place { unwinds, handles: false });
        self.note(outcome.map_or_else(code_of, |()| RETURNED));
        outcome
    }

    fn cxx_block(&mut self, block: u32, place: Place) -> Result<(), Failure> {
        self.ops(block).iter().try_for_each(|op| self.cxx_step(op, place))
    }

    fn cxx_step(&mut self, op: &Op, place: Place) -> Result<(), Failure> {
        match op.kind {
            cxx_kind::NOTE => self.note(op.number),
            cxx_kind::LOCAL => {
                let outcome = self.cxx_block(op.child, place);
                if let Err(Failure::Fault(fault @ Fault { unwinds: false, .. })) = outcome {
                    return Err(Failure::Fault(Fault { left: true, ..fault }));
                }
                self.note(DESTRUCTOR + op.number);
                return outcome;
            }
            cxx_kind::DEFER => {
                let outcome = self.cxx_block(op.child, place);
                self.note(DEFERRED + op.number);
                return outcome;
            }
            cxx_kind::THROW => {
                let of_type = [Type::Runtime, Type::Int, Type::Odd][op.of_type as usize];
                return Err(Failure::Exception(of_type));
            }
            cxx_kind::FAULT => {
                let signal = [SIGSEGV, SIGSEGV, SIGFPE, SIGILL, SIGABRT][op.of_type as usize];
                // Compilers take traps and abort() for ends, which need no tables.
                let unwinds = place.unwinds;
                let may_be_torn = !unwinds || matches!(signal, SIGILL | SIGABRT);
                return Err(Failure::Fault(Fault {
                    signal,
                    left: false,
                    may_be_torn,
                    unwinds,
                    terminates: false,
                }));
            }
            cxx_kind::CATCH => {
                let outcome = self.cxx_block(op.child, place);
                return outcome.or_else(|failure| self.catch(op, failure, place));
            }
            cxx_kind::NOEXCEPT => {
                let outcome = self.cxx_block(op.child, place);
                return outcome.map_err(|failure| {
                    Failure::Fault(match failure {
                        // The frame of the function itself is hopped.
                        Failure::Fault(fault) => Fault { may_be_torn: true, ..fault },
                        // std::terminate.
                        _ => Fault {
                            signal: SIGABRT,
                            left: false,
                            may_be_torn: true,
                            unwinds: place.unwinds,
                            terminates: true,
                        },
                    })
                });
            }
            cxx_kind::GUARD => drop(self.guarded(op.child, true)),
            cxx_kind::HOLD => return self.cxx_block(op.child, place),
            cxx_kind::CALL_BACK => return self.rust_block(op.child).map_err(|_| Failure::Panic),
            _ => {
                return self.rust_block(op.child).map_err(|end| match end {
                    End::Panic => Failure::Panic,
                    // What was an exception, or a panic, is that again.
                    End::Error(Failure::Fault(_)) => Failure::Exception(Type::Rust),
                    End::Error(other) => other,
                });
            }
        }
        Ok(())
    }

    fn catch(&mut self, op: &Op, failure: Failure, place: Place) -> Result<(), Failure> {
        let clause = op.of_type;
        let is_caught = match failure {
            Failure::Exception(Type::Runtime | Type::Rust) => clause != 1,
            Failure::Exception(Type::Int) => clause != 0,
            Failure::Exception(Type::Odd) | Failure::Panic => clause == 2,
            Failure::Fault(fault) => clause == 2 && fault.unwinds && !fault.terminates && !place.handles,
        };
        if !is_caught {
            return Err(match failure {
                Failure::Fault(fault) if clause == 2 => Failure::Fault(Fault { may_be_torn: true, ..fault }),
                other => other,
            });
        }
        let Failure::Fault(fault) = failure else {
            self.cxx_block(op.other, Place { handles: true, ..place })?;
            return if op.again { Err(failure) } else { Ok(()) };
        };
        // A catch (...) doesn't stop a fault, whatever it does. A second fault ends the unwinding.
        match self.cxx_block(op.other, Place { unwinds: false, ..place }) {
            Ok(()) if op.again => Err(failure),
            Err(Failure::Fault(second)) if !second.terminates => {
                let left = fault.left || second.left;
                Err(Failure::Fault(Fault { left, may_be_torn: true, unwinds: false, ..fault }))
            }
            _ => Err(Failure::Fault(Fault { may_be_torn: true, ..fault })),
        }
    }
}

/// In place of `TORN`.
const PERHAPS_TORN: u32 = 2;

/// Whether these can be what was noted.
pub fn allows(expected: &[u32], noted: &[u32]) -> bool {
    let alike = |(&expected, &noted): (&u32, &u32)| {
        expected == noted || expected >= FAULT && expected % 10 == PERHAPS_TORN && expected / 10 == noted / 10
    };
    expected.len() == noted.len() && expected.iter().zip(noted).all(alike)
}

/// As in program.cc.
fn code_of(failure: Failure) -> u32 {
    match failure {
        Failure::Exception(of_type) => 200_000 + 10_000 * of_type as u32,
        Failure::Fault(Fault { signal, left, may_be_torn, .. }) => {
            let torn = if left {
                TORN
            } else if may_be_torn {
                PERHAPS_TORN
            } else {
                0
            };
            FAULT + signal * 10 + torn
        }
        Failure::Panic => 400_000,
    }
}
