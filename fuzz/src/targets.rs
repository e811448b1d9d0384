//! One function per target.

/// Any text as a file with bridges.
pub fn source(data: &[u8]) {
    if let Ok(source) = std::str::from_utf8(data) {
        crate::bridge::check(source);
    }
    forget_sources();
}

/// A bridge that is made from the bytes.
pub fn bridge(data: &[u8]) {
    crate::bridge::grammar::check(data);
    forget_sources();
}

/// proc-macro2 keeps the text of all that was parsed, so that spans can be asked for their place.
fn forget_sources() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// A program that is made from the bytes.
pub fn program(data: &[u8]) {
    crate::program::check(data);
}

/// Errors of which the bytes are the text.
pub fn report(data: &[u8]) {
    crate::report::check(data);
}
