//! Has the runtime throw what Rust hands over: errors that it returned, and panics.
//!
//! Where a Rust function has failed, cxx throws a `rust::Error`, which is a text. What failed is more than that, and waits in
//! the runtime. So this file edits the line that throws, which cxx writes in one way only:
//!
//! ```text
//!   ::rust::repr::PtrLen error$ = demo$cxxbridge1$205$parse(x, &return$.value);
//!   if (error$.ptr) {
//!     throw ::rust::impl<::rust::Error>::error(error$);
//!   }
//! ```
//!
//! If it is not followed by that, or if a `rust::Error` is made elsewhere, cxx now writes something else, and the build
//! stops.

use crate::generated::Unknown;

const CALL: &str = "::rust::repr::PtrLen error$ = ";
const CHECK: &str = "if (error$.ptr) {";
const THROW: &str = "throw ::rust::impl<::rust::Error>::error(error$);";
const OURS: &str = "::backstop_bridge_throw(static_cast<const char *>(error$.ptr), error$.len);";

/// The generated source, with the runtime's throws.
pub(crate) fn with_throws(source: &str) -> Result<String, Unknown<'_>> {
    let mut edited = String::new();
    // Of the lines that follow a call, those that are to come.
    let mut expected: &[&str] = &[];
    for line in source.lines() {
        let trimmed = line.trim_start();
        match expected {
            [first, rest @ ..] if trimmed == *first => expected = rest,
            [_, ..] => return Err(Unknown(line)),
            [] if trimmed.starts_with(CALL) => expected = &[CHECK, THROW],
            [] if makes_error(trimmed) => return Err(Unknown(line)),
            [] => {}
        }
        match trimmed {
            THROW => edited += &line.replace(THROW, OURS),
            _ => edited += line,
        }
        edited += "\n";
    }
    match expected {
        [] => Ok(edited),
        _ => Err(Unknown("a call that may fail, and nothing after it")),
    }
}

/// Documentation, which may say anything, apart.
fn makes_error(line: &str) -> bool {
    line.contains("::rust::impl<::rust::Error>") && !line.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::{CALL, CHECK, OURS, THROW, with_throws};
    use crate::generated::Unknown;

    const GENERATED: &str = include_str!("fixtures/callbacks.cc");

    #[test]
    fn the_runtime_throws_and_nothing_else_changes() {
        let edited = with_throws(GENERATED).unwrap();
        assert!(edited.contains(OURS) && !edited.contains(THROW));
        assert_eq!(edited.matches(CALL).count(), edited.matches(OURS).count());
        assert_eq!(edited.replace(OURS, THROW), GENERATED);
    }

    #[test]
    fn what_cxx_may_write_one_day_is_not_guessed_at() {
        let call = format!("  {CALL}f();\n");
        let sources = [
            call.clone(),
            format!("{call}  if (error$.len) {{\n"),
            format!("{call}  {CHECK}\n    throw ::rust::Error(error$);\n"),
            format!("{call}{call}  {CHECK}\n"),
            format!("    {THROW}\n"),
        ];
        for source in sources {
            assert!(matches!(with_throws(&source), Err(Unknown(_))), "{source}");
        }
    }

    #[test]
    fn documentation_may_say_anything() {
        let docs = format!("  // {THROW}\n// {CALL}\n");
        assert_eq!(with_throws(&docs), Ok(docs.clone()));
    }
}
