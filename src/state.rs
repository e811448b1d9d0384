use crate::sys;
use std::fmt;

/// Whether a [`Domain`](crate::Domain) lets calls be made: see [`Domain::state`](crate::Domain::state).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
#[repr(u8)]
pub enum DomainState {
    /// It does.
    Healthy = 0,
    /// A fault was recovered torn: calls are refused until the reset.
    Tainted = 1,
    /// The breaker has opened: calls are refused until the cool-down is over.
    Open = 2,
    /// It is over, and one call was let through: how it ends decides. The others are refused.
    Probing = 3,
}

impl DomainState {
    pub(crate) fn from_number(number: i32) -> DomainState {
        match number {
            sys::TAINTED => DomainState::Tainted,
            sys::OPEN => DomainState::Open,
            sys::PROBING => DomainState::Probing,
            _ => {
                debug_assert_eq!(number, sys::HEALTHY);
                DomainState::Healthy
            }
        }
    }
}

/// `healthy`, `tainted`, `open` or `probing`.
impl fmt::Display for DomainState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DomainState::Healthy => "healthy",
            DomainState::Tainted => "tainted",
            DomainState::Open => "open",
            DomainState::Probing => "probing",
        })
    }
}
