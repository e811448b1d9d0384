//! Which versions of crates this was built with.

const LOCK: &str = include_str!("../Cargo.lock");

/// Of a crate that is in the lock file.
pub fn version(name: &str) -> String {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let (_, rest) = LOCK.split_once(&entry).unwrap_or_else(|| panic!("{name} is not in Cargo.lock"));
    rest.split('"').next().expect("the version ends with a quote").to_owned()
}
