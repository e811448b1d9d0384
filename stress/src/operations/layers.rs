//! C++ that calls Rust that calls C++, several times over, with a fault, an exception, an error of Rust's or a panic at
//! the bottom. Each layer lets it pass, catches it, or fails in its own way; what must come out is worked out beforehand.

use super::{Checked, Context, Token, exceptions, expect, faults};
use crate::tally::Tally;
use backstop::{Error, FaultKind};
use std::cell::{Cell, RefCell};
use std::error::Error as _;
use std::fmt;
use std::panic::panic_any;
use std::rc::Rc;

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// A closure that C++ calls.
pub struct Callback(Box<dyn Fn() -> Result<(), Trouble>>);

impl Callback {
    pub fn new(body: impl Fn() -> Result<(), Trouble> + 'static) -> Self {
        Self(Box::new(body))
    }

    fn run(&self) -> Result<(), Trouble> {
        (self.0)()
    }

    fn run_without_result(&self) -> bool {
        self.run().is_ok()
    }
}

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        type Callback;
        fn run(self: &Callback) -> Result<()>;
        fn run_without_result(self: &Callback) -> bool;
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-stress/src/operations/layers.h");

        fn pass(callback: &Callback) -> Result<()>;
        fn pass_without_result(callback: &Callback) -> Result<bool>;
        /// Catches what is thrown and throws it again.
        fn rethrow(callback: &Callback) -> Result<()>;
        fn swallow(callback: &Callback) -> Result<()>;
        /// Faults if the callback returns.
        fn strike_after(callback: &Callback, address: u64) -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

pub fn pass(callback: &Callback) -> Result<(), Error> {
    TALLY.count(ffi::pass(callback))
}

pub fn pass_without_result(callback: &Callback) -> Result<bool, Error> {
    TALLY.count(ffi::pass_without_result(callback))
}

pub fn rethrow(callback: &Callback) -> Result<(), Error> {
    TALLY.count(ffi::rethrow(callback))
}

pub fn swallow(callback: &Callback) -> Result<(), Error> {
    TALLY.count(ffi::swallow(callback))
}

pub fn run(context: &mut Context) -> Checked {
    let program = Rc::new(Program::draw(context));
    let result = program.clone().call(0);
    let text = format!("{:?} over {:?}", program.layers, program.bottom);
    let check = || {
        program.first_difference.take().map_or(Ok(()), Err)?;
        faults::check_alive(program.is_torn.get())?;
        match program.coming(0) {
            Coming::Panic(token) => expect::panic(result, token),
            other => other.check(&result),
        }
    };
    check().map_err(|difference| format!("{difference}, from {text}"))
}

struct Program {
    layers: Vec<Layer>,
    bottom: Coming,
    first_difference: RefCell<Option<String>>,
    is_torn: Cell<bool>,
}

#[derive(Debug)]
struct Layer {
    cxx: Cxx,
    /// Whether the Rust under the C++ drops the error of what is further down, rather than return it.
    drops: bool,
}

/// What the C++ of a layer does.
#[derive(Debug)]
enum Cxx {
    Pass,
    Rethrow,
    Swallow,
    StrikeAfter(Token),
}

/// What comes out of a call.
#[derive(Clone, Debug)]
enum Coming {
    Nothing,
    Fault(Token),
    /// That of a call further down, which Rust has returned as an error.
    FaultFurtherDown(Token),
    Exception(Token),
    Error(Failure),
    Panic(Token),
}

/// An error of Rust's.
#[derive(Clone, PartialEq, Debug)]
struct Failure(Token);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} failed", self.0)
    }
}

impl std::error::Error for Failure {}

impl Program {
    fn draw(context: &mut Context) -> Self {
        let layer = |context: &mut Context| Layer {
            cxx: match context.random.u8(..8) {
                0 => Cxx::Swallow,
                1 | 2 => Cxx::StrikeAfter(context.token()),
                3 | 4 => Cxx::Rethrow,
                _ => Cxx::Pass,
            },
            drops: context.one_in(6),
        };
        let layers = (0..context.random.usize(1..7)).map(|_| layer(context)).collect();
        let token = context.token();
        let bottom = match context.random.u8(..5) {
            0 => Coming::Nothing,
            1 => Coming::Fault(token),
            2 => Coming::Exception(token),
            3 => Coming::Error(Failure(token)),
            _ => Coming::Panic(token),
        };
        Self { layers, bottom, first_difference: RefCell::default(), is_torn: Cell::default() }
    }

    /// Calls the C++ of this layer.
    fn call(self: Rc<Self>, layer: usize) -> Result<(), Error> {
        let program = self.clone();
        let callback = Callback::new(move || program.clone().called_by(layer));
        TALLY.count(match self.layers[layer].cxx {
            Cxx::Pass => ffi::pass(&callback),
            Cxx::Rethrow => ffi::rethrow(&callback),
            Cxx::Swallow => ffi::swallow(&callback),
            Cxx::StrikeAfter(token) => ffi::strike_after(&callback, token.0),
        })
    }

    /// What the C++ of this layer calls.
    fn called_by(self: Rc<Self>, layer: usize) -> Result<(), Trouble> {
        if layer + 1 == self.layers.len() {
            return self.strike_bottom();
        }
        let result = self.clone().call(layer + 1);
        self.note(&result);
        if let Err(difference) = self.coming(layer + 1).check(&result) {
            self.first_difference.borrow_mut().get_or_insert(difference);
        }
        if self.layers[layer].drops { Ok(()) } else { Ok(result?) }
    }

    fn strike_bottom(&self) -> Result<(), Trouble> {
        match self.bottom.clone() {
            Coming::Fault(token) | Coming::FaultFurtherDown(token) => {
                let result = faults::strike(token);
                self.note(&result);
                Ok(result?)
            }
            Coming::Nothing => Ok(()),
            Coming::Exception(token) => Ok(exceptions::throw(token)?),
            Coming::Error(failure) => Err(failure.into()),
            Coming::Panic(token) => panic_any(token),
        }
    }

    fn note(&self, result: &Result<(), Error>) {
        let is_torn = result.as_ref().is_err_and(Error::is_torn);
        self.is_torn.set(self.is_torn.get() || is_torn);
    }

    /// What must come out of a call of this layer.
    fn coming(&self, layer: usize) -> Coming {
        let thrown = match self.layers.get(layer + 1) {
            None => self.bottom.clone().passed_on(),
            Some(_) if self.layers[layer].drops => Coming::Nothing,
            Some(_) => self.coming(layer + 1).passed_on(),
        };
        match (&self.layers[layer].cxx, thrown) {
            (Cxx::Swallow, _) => Coming::Nothing,
            (Cxx::StrikeAfter(token), Coming::Nothing) => Coming::Fault(*token),
            (_, thrown) => thrown,
        }
    }
}

impl Coming {
    /// When Rust has returned it to C++.
    fn passed_on(self) -> Self {
        if let Self::Fault(token) = self { Self::FaultFurtherDown(token) } else { self }
    }

    fn check(&self, result: &Result<(), Error>) -> Checked {
        let is_met = match (self, result) {
            (Self::Nothing, Ok(())) | (Self::Panic(_), Err(Error::Panic(_))) => true,
            (Self::Fault(token), result) => return expect::fault_at(result, FaultKind::WildRead, *token),
            (Self::Exception(token), result) => return expect::exception(result, *token).map(drop),
            (Self::FaultFurtherDown(token), Err(Error::Exception(exception))) => {
                let fault = exception.downcast_ref::<Error>();
                matches!(fault, Some(Error::Fault(fault)) if fault.address() == Some(token.0 as usize))
            }
            (Self::Error(failure), Err(Error::Exception(exception))) => {
                exception.source().and_then(|source| source.downcast_ref()) == Some(failure)
            }
            _ => false,
        };
        if is_met { Ok(()) } else { Err(format!("expected {self:?}, got {result:?}")) }
    }
}
