//! What must come back.

use super::{Checked, Token};
use crate::thread;
use backstop::{Error, Exception, Fault, FaultKind};
use std::fmt::Debug;

/// A fault of this kind, and of this thread.
pub fn fault<T: Debug>(result: &Result<T, Error>, kind: FaultKind) -> Result<&Fault, String> {
    match result {
        Err(Error::Fault(fault)) if fault.kind() == kind && fault.thread_id() == thread::id() => Ok(fault),
        other => Err(format!("expected {kind:?} on thread {}, got {other:?}", thread::id())),
    }
}

/// One at the token.
pub fn fault_at<T: Debug>(result: &Result<T, Error>, kind: FaultKind, token: Token) -> Checked {
    match fault(result, kind)?.address() {
        Some(address) if address as u64 == token.0 => Ok(()),
        _ => Err(format!("expected {kind:?} at {:#x}, got {result:?}", token.0)),
    }
}

/// An exception whose text is the token.
pub fn exception<T: Debug>(result: &Result<T, Error>, token: Token) -> Result<&Exception, String> {
    match result {
        Err(Error::Exception(exception)) if exception.what().as_deref() == Some(&token.0.to_string()) => {
            Ok(exception)
        }
        other => Err(format!("expected an exception that says {}, got {other:?}", token.0)),
    }
}

/// A panic whose payload is the token.
pub fn panic<T: Debug>(result: Result<T, Error>, token: Token) -> Checked {
    let Err(Error::Panic(panic)) = result else {
        return Err(format!("expected a panic with {token:?}, got {result:?}"));
    };
    let message = panic.message().into_owned();
    match panic.into_payload().downcast::<Token>() {
        Ok(payload) if *payload == token => Ok(()),
        Ok(other) => Err(format!("expected a panic with {token:?}, got one with {other:?}")),
        Err(_) => Err(format!("expected a panic with {token:?}, got one that says {message}")),
    }
}

/// Success, with this value.
pub fn value<T: Debug + PartialEq>(result: Result<T, Error>, value: T) -> Checked {
    match result {
        Ok(returned) if returned == value => Ok(()),
        other => Err(format!("expected {value:?}, got {other:?}")),
    }
}
