//! Scripts that mean no good.

pub struct Poison {
    pub script: &'static str,
    /// What it is answered with.
    pub status: u16,
}

pub const THROWS: Poison = Poison { script: "error('I do not feel well')", status: 422 };

/// Bytecode in which `return 1` has become `return function() ... end`, of a function that isn't there.
pub const CRASHES: Poison = Poison {
    script: r#"load((string.dump(function() return 1 end):gsub("\1\0\0\x80", "\x4f\0\0\0")))()"#,
    status: 500,
};

/// JSON for a table that holds itself.
pub const OVERFLOWS: Poison = Poison { script: "local t = {} t.t = t return t", status: 500 };

/// Tries more ways to match than there is time for. No hook of Lua's interrupts it, for it is all one function of C.
pub const HANGS: Poison =
    Poison { script: "return (('a'):rep(40):find(('.-'):rep(40) .. 'b'))", status: 504 };
