//! C++ that faults below some frames with destructors, and is unwound, or left by a jump.

use super::{Checked, Context, Token, expect};
use crate::tally::Tally;
use crate::thread;
use backstop::{Error, FaultKind};
use ffi::Manner;

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    /// What the fault is, and where.
    #[repr(u8)]
    #[derive(Debug)]
    enum Manner {
        Read,
        Write,
        Call,
        ReadInCatch,
        ReadInDestructor,
        ReadUnderCatchAll,
        Trap,
        Abort,
        Terminate,
    }

    unsafe extern "C++" {
        include!("backstop-stress/src/operations/faults.h");

        /// How many objects of this thread's were not destroyed. They are forgotten then.
        fn take_alive() -> i64;

        #[guard]
        fn strike(manner: Manner, depth: u32, address: u64) -> Result<()>;
        #[guard(recover = "jump")]
        fn strike_and_jump(manner: Manner, depth: u32, address: u64) -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

/// With the kind that comes of each, and whether the token is its address.
const MANNERS: [(Manner, FaultKind, bool); 9] = [
    (Manner::Read, FaultKind::WildRead, true),
    (Manner::Write, FaultKind::WildWrite, true),
    (Manner::Call, FaultKind::WildJump, true),
    (Manner::ReadInCatch, FaultKind::WildRead, true),
    (Manner::ReadInDestructor, FaultKind::WildRead, true),
    (Manner::ReadUnderCatchAll, FaultKind::WildRead, true),
    (Manner::Trap, FaultKind::BuiltinTrap, false),
    (Manner::Abort, FaultKind::Abort, false),
    (Manner::Terminate, FaultKind::Terminate, false),
];

/// No code that anything sets.
const ERRNO: i32 = 4321;

pub fn run(context: &mut Context) -> Checked {
    for _ in 0..context.random.u8(1..8) {
        let (manner, kind, has_address) = *context.random.choice(&MANNERS).expect("there are some");
        let (depth, token) = (context.random.u32(..32), context.token());
        let jumps = context.one_in(4);
        let call = if jumps { ffi::strike_and_jump } else { ffi::strike };
        thread::set_errno(ERRNO);
        let result = call(manner, depth, token.0);
        let errno = thread::errno();
        let result = TALLY.count(result);
        let fault = expect::fault(&result, kind)?;
        if has_address {
            expect::fault_at(&result, kind, token)?;
        }
        if errno != ERRNO || fault.errno() != ERRNO {
            return Err(format!("errno was {ERRNO} before {manner:?}, {errno} after it, and in {fault:?}"));
        }
        check_alive(fault.recovery().is_torn())?;
        if context.says_all() {
            context.step(&"says all there is");
            let text = format!("{fault:#}");
            if !text.contains("stress::strike") {
                return Err(format!("{manner:?}: no `stress::strike` in the backtrace: {text}"));
            }
        }
    }
    Ok(())
}

/// One that faults at the token, for operations of which that is a part.
pub fn strike(token: Token) -> Result<(), Error> {
    TALLY.count(ffi::strike(Manner::Read, 3, token.0))
}

/// Whether all of this thread's objects are gone, as they must be if nothing was torn.
pub fn check_alive(is_torn: bool) -> Checked {
    match ffi::take_alive() {
        0 => Ok(()),
        _ if is_torn => Ok(()),
        count => Err(format!("nothing was torn, but {count} objects were not destroyed")),
    }
}
