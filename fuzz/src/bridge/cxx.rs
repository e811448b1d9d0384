//! What cxx says to a bridge, and what the build helper makes of cxx's C++.

use crate::{barriers, fail, throws};
use cxx_gen::{Opt, generate_header_and_cc};
use proc_macro2::TokenStream;

/// The C++ that cxx makes of it. A panic of cxx's counts as an error of its.
pub fn generate(tokens: TokenStream) -> Result<String, String> {
    let generated = crate::panics::tolerated(|| generate_header_and_cc(tokens, &Opt::default()));
    let code = generated.ok_or("cxx panics")?.map_err(|error| error.to_string())?;
    String::from_utf8(code.implementation).map_err(|error| error.to_string())
}

/// Raw names apart, which cxx writes into C++ as they are: no compiler takes that.
pub fn check_edits(generated: &str) {
    if generated.contains("r#") {
        return;
    }
    let thrown =
        throws::with_throws(generated).unwrap_or_else(|unknown| fail!("{unknown:?} in\n{generated}"));
    let edited =
        barriers::with_barriers(&thrown).unwrap_or_else(|unknown| fail!("{unknown:?} in\n{generated}"));
    let code = || edited.lines().filter(|line| !line.trim_start().starts_with("//"));
    let prototypes =
        code().filter(|line| line.contains("cxxbridge1$") && line.ends_with(") noexcept;")).count();
    let barriers = code().filter(|line| line.trim_start().starts_with("::backstop::barrier ")).count();
    assert!(barriers >= prototypes, "{prototypes} functions of Rust, {barriers} barriers in\n{edited}");
}
