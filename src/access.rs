/// What the instruction that faulted was doing to memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Access {
    /// The machine doesn't say, or it was no access to memory that faulted.
    Unknown,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Fetching an instruction.
    Execute,
}

impl Access {
    pub(crate) fn from_number(number: i32) -> Access {
        match number {
            1 => Access::Read,
            2 => Access::Write,
            3 => Access::Execute,
            _ => Access::Unknown,
        }
    }
}
