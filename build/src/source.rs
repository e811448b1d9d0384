//! Reads a source file and lowers its bridges.

use crate::report::Failure;
use backstop_syntax::LoweredFile;
use std::fs;
use std::path::Path;

/// What cxx_build is to read in place of the file. A file whose bridges are all cxx's own stays as it is.
pub(crate) fn lower(path: &Path) -> Result<LoweredFile, Failure> {
    let source = fs::read_to_string(path).map_err(|error| Failure::Io {
        doing: "read",
        path: path.to_owned(),
        error,
    })?;
    match backstop_syntax::lower_file(&source) {
        Ok(file) if file.bridges == 0 => Err(Failure::NoBridge(path.to_owned())),
        Ok(file) if file.digests.is_empty() => Ok(LoweredFile { text: source, ..file }),
        Ok(file) => Ok(file),
        Err(problems) => Err(Failure::Mistakes { path: path.to_owned(), source, problems }),
    }
}
