use crate::kind::{ALL, FaultKind};
use crate::sys;
#[cfg(feature = "serde")]
use std::collections::BTreeMap;
use std::fmt;

/// What became of the guarded calls of a [`Domain`](crate::Domain) since the process started: see
/// [`Domain::counters`](crate::Domain::counters).
#[derive(Clone, Copy, PartialEq)]
pub struct Counters {
    pub(crate) raw: sys::Counters,
}

impl Counters {
    /// Calls that were made, those that are running included.
    pub fn calls(&self) -> u64 {
        self.raw.calls
    }

    /// Those that ended by an exception, or by a panic of Rust that was called back.
    pub fn exceptions(&self) -> u64 {
        self.raw.exceptions
    }

    /// Those that crashed or aborted.
    pub fn faults(&self) -> u64 {
        self.raw.faults
    }

    /// The same by kind: those kinds that there were.
    pub fn faults_by_kind(&self) -> impl Iterator<Item = (FaultKind, u64)> + use<> {
        let counts = ALL.iter().copied().zip(self.raw.faults_by_kind);
        counts.filter(|(_, count)| *count > 0)
    }

    /// Those that overran their deadline, whether they were interrupted or not.
    pub fn deadlines(&self) -> u64 {
        self.raw.deadlines
    }

    /// Those of the faults and deadlines that were recovered torn.
    pub fn torn(&self) -> u64 {
        self.raw.torn
    }

    /// Calls that were not made, since the domain refused them. They are not among the [`calls`](Counters::calls).
    pub fn refused(&self) -> u64 {
        self.raw.refused
    }

    /// How often the domain was [reset](crate::Domain::reset).
    pub fn resets(&self) -> u64 {
        self.raw.resets
    }
}

/// One line, with what there was: `1000 calls, 3 exceptions, 2 faults (1 torn), 5 refused`.
impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", counted(self.calls(), "call"))?;
        let failures =
            [(self.exceptions(), "exception"), (self.faults(), "fault"), (self.deadlines(), "deadline")];
        for (count, name) in failures.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {}", counted(count, name))?;
        }
        if self.torn() > 0 {
            write!(f, " ({} torn)", self.torn())?;
        }
        if self.refused() > 0 {
            write!(f, ", {} refused", self.refused())?;
        }
        Ok(())
    }
}

fn counted(count: u64, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters")
            .field("calls", &self.calls())
            .field("exceptions", &self.exceptions())
            .field("faults", &self.faults())
            .field("faults_by_kind", &self.faults_by_kind().collect::<Vec<_>>())
            .field("deadlines", &self.deadlines())
            .field("torn", &self.torn())
            .field("refused", &self.refused())
            .field("resets", &self.resets())
            .finish()
    }
}

/// An object with a field for each number; `faults_by_kind` is one by the names of the kinds.
#[cfg(feature = "serde")]
impl serde::Serialize for Counters {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let kinds: BTreeMap<String, u64> =
            self.faults_by_kind().map(|(kind, count)| (format!("{kind:?}"), count)).collect();
        let mut counters = serializer.serialize_struct("Counters", 8)?;
        counters.serialize_field("calls", &self.calls())?;
        counters.serialize_field("exceptions", &self.exceptions())?;
        counters.serialize_field("faults", &self.faults())?;
        counters.serialize_field("faults_by_kind", &kinds)?;
        counters.serialize_field("deadlines", &self.deadlines())?;
        counters.serialize_field("torn", &self.torn())?;
        counters.serialize_field("refused", &self.refused())?;
        counters.serialize_field("resets", &self.resets())?;
        counters.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_was_is_in_the_line() {
        let mut raw = sys::Counters { calls: 1, ..sys::Counters::NONE };
        assert_eq!(Counters { raw }.to_string(), "1 call");
        raw = sys::Counters { calls: 9, exceptions: 1, faults: 2, deadlines: 3, torn: 2, refused: 4, ..raw };
        raw.faults_by_kind[FaultKind::Abort as usize] = 2;
        let counters = Counters { raw };
        assert_eq!(counters.to_string(), "9 calls, 1 exception, 2 faults, 3 deadlines (2 torn), 4 refused");
        assert_eq!(counters.faults_by_kind().collect::<Vec<_>>(), [(FaultKind::Abort, 2)]);
    }
}
