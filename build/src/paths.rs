//! Where the lowered files go.
//!
//! cxx_build names what it generates after the path of the source: `src/main.rs` has the header
//! `demo/src/main.rs.h`. To keep these names, the lowered file must have the same relative path, only from another
//! directory, `$OUT_DIR/backstop/lowered`, which is the working directory while cxx_build runs. Cargo takes the
//! `rerun-if-changed` that cxx_build prints from the package's directory, so it watches the source itself.

use crate::report::Failure;
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The path by which cxx_build is to know a source file. From the package's directory it leads to the source, from ours
/// to the lowered file, and cxx_build names the same files after it as after the path that the user gave.
pub(crate) fn relative(path: &Path) -> Result<PathBuf, Failure> {
    let mut relative = PathBuf::new();
    let package = directory("CARGO_MANIFEST_DIR")?;
    let path = path.strip_prefix(&package).unwrap_or(path);
    if path.has_root() {
        let up = package.components().filter(is_name).count();
        relative.extend(vec![Component::ParentDir; up]);
    }
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
            Component::ParentDir if relative.file_name().is_some() => drop(relative.pop()),
            Component::ParentDir | Component::Normal(_) => relative.push(component),
        }
    }
    Ok(relative)
}

/// The directory of the lowered files.
pub(crate) struct Lowered {
    path: PathBuf,
}

impl Lowered {
    /// Makes it, at such a depth that none of these relative paths leads out of `$OUT_DIR/backstop/lowered`.
    pub fn for_paths(relative: &[PathBuf]) -> Result<Self, Failure> {
        let ups = relative.iter().map(|path| path.components().filter(|part| !is_name(part)).count());
        let mut path = directory("OUT_DIR")?.join("backstop").join("lowered");
        path.extend(vec!["down"; ups.max().unwrap_or(0)]);
        make(&path)?;
        Ok(Lowered { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, relative: &Path, text: &str) -> Result<(), Failure> {
        let path = self.path.join(relative);
        make(path.parent().unwrap_or(&path))?;
        fs::write(&path, text).map_err(|error| Failure::Io { doing: "write", path, error })
    }

    /// Runs the closure with this as the working directory.
    pub fn enter<T>(&self, run: impl FnOnce() -> T) -> Result<T, Failure> {
        let cannot = |error| Failure::Io { doing: "change to", path: self.path.clone(), error };
        let before = env::current_dir().map_err(cannot)?;
        env::set_current_dir(&self.path).map_err(cannot)?;
        let _back = scopeguard::guard(before, |before| {
            env::set_current_dir(before).expect("the directory in which the build script was a moment ago");
        });
        Ok(run())
    }
}

fn is_name(component: &Component) -> bool {
    matches!(component, Component::Normal(_))
}

fn make(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| Failure::Io { doing: "make", path: path.to_owned(), error })
}

/// A directory that Cargo names to build scripts.
fn directory(variable: &'static str) -> Result<PathBuf, Failure> {
    env::var_os(variable).map(PathBuf::from).ok_or(Failure::NotABuildScript(variable))
}
