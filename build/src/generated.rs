//! Edits the C++ that cxx has generated.

use crate::barriers;
use crate::report::Failure;
use crate::throws;
use std::fs;
use std::path::Path;

/// A line, or a symbol, of a kind that is not known here.
#[derive(Debug, PartialEq)]
pub(crate) struct Unknown<'a>(pub &'a str);

pub(crate) fn edit(generated: &Path) -> Result<(), Failure> {
    let cannot = |doing| move |error| Failure::Io { doing, path: generated.to_owned(), error };
    let unknown =
        |Unknown(what): Unknown| Failure::UnknownCxx { path: generated.to_owned(), what: what.to_owned() };
    let source = fs::read_to_string(generated).map_err(cannot("read"))?;
    let source = with_hook(&source).map_err(unknown)?;
    let source = throws::with_throws(&source).map_err(unknown)?;
    let source = barriers::with_barriers(&source).map_err(unknown)?;
    fs::write(generated, with_note(&source)).map_err(cannot("write"))
}

/// Has the module say whether its code is vouched for. Each generated file says it, with or without guards: the linker
/// takes from an archive only what is needed, and so the note comes exactly with the code.
fn with_note(source: &str) -> String {
    ["#include \"backstop/vouched.h\"\n", source].concat()
}

/// Includes the hook of guarded calls, if there are any, after all that the bridge includes: the hook must see whether
/// one of those headers has a `trycatch` of its own. It is not an `include!` in the lowered bridge, for cxx would put
/// that into the header as well, and other crates include it.
fn with_hook(source: &str) -> Result<String, Unknown<'_>> {
    const AFTER_INCLUDES: &str = "\nnamespace rust {\n";
    const HOOK: &str = "\n#include \"backstop/bridge.h\"\n";
    if !source.contains("$__backstop_build_") {
        return Ok(source.to_owned());
    }
    let at = source
        .find(AFTER_INCLUDES)
        .ok_or(Unknown("a guarded function, and no `namespace rust` before it"))?;
    Ok([&source[..at], HOOK, &source[at..]].concat())
}

#[cfg(test)]
mod tests {
    use super::{Unknown, with_hook};

    #[test]
    fn the_hook_comes_after_the_includes_of_guarded_bridges() {
        let guarded =
            "#include \"a.h\"\n\nnamespace rust {\nbuiltins\n}\nPtrLen cxxbridge1$1$__backstop_build_f() {\n";
        let hooked = with_hook(guarded).unwrap();
        assert_eq!(
            hooked,
            guarded.replacen("\nnamespace", "\n#include \"backstop/bridge.h\"\n\nnamespace", 1)
        );
        let plain = guarded.replace("__backstop_build_", "");
        assert_eq!(with_hook(&plain), Ok(plain.clone()));
    }

    #[test]
    fn what_cxx_may_write_one_day_is_not_guessed_at() {
        assert!(matches!(with_hook("void cxxbridge1$1$__backstop_build_f() {\n"), Err(Unknown(_))));
    }
}
