//! Errors made of hostile texts, in every form in which they are shown.
//!
//! What must hold: nothing panics or faults; the accessors give every byte back; what is printed has no control characters but
//! the line breaks of the long forms, and is no longer than the text that is cut, so many times as it is nested; C's buffers
//! are not overrun.

mod ffi;
mod notes;

use arbitrary::{Result, Unstructured};
use backstop::Error;
use std::error::Error as StdError;
use std::fmt::Debug;

/// Of one error in all its forms; each nested exception takes up to 4 KiB for each of its texts.
const LONGEST: usize = 256 * 1024;
const MOST_NESTED: u32 = 6;

pub fn check(bytes: &[u8]) {
    let mut u = Unstructured::new(bytes);
    if let Ok(Err(error)) = failed(&mut u) {
        check_error(&error);
    }
    notes::check(u.take_rest());
}

/// Calls something that fails, with texts out of the bytes.
fn failed(u: &mut Unstructured) -> Result<std::result::Result<(), Error>> {
    let kind = u.int_in_range(0..=9)?;
    let number = u.arbitrary()?;
    let length = u.int_in_range(0..=u.len().min(9000))?;
    let text = u.bytes(length)?;
    let half = text.len() / 2;
    let failed = match kind {
        0 => ffi::throw_runtime_error(text),
        1 => ffi::throw_text(text),
        2 => ffi::throw_code(number, &text[..half], &text[half..]),
        3 => ffi::throw_filesystem_error(&text[..half], &text[half..]),
        4 => ffi::throw_nested(text, number.unsigned_abs() % MOST_NESTED),
        5 => ffi::throw_liar(number),
        6 => ffi::fault_in_thread(text),
        7 => ffi::terminate(text),
        8 => ffi::call_back(text),
        _ => crate::panics::without_hook(|| ffi::call_back_to_panic(text)),
    };
    if let (0 | 1, Err(Error::Exception(exception))) = (kind, &failed) {
        let until_nul = text.split(|byte| *byte == 0).next().unwrap_or_default();
        let what = exception.what_bytes();
        assert!(what == Some(until_nul) || what == Some(text), "{what:?} of {text:?}");
    }
    ffi::report_to_c(text, number.unsigned_abs() as usize % 4096);
    Ok(failed)
}

fn check_error(error: &Error) {
    let line = error.to_string();
    check_text(&line, "Display");
    assert!(!line.contains('\n'), "more than a line: {line:?}");
    check_text(&format!("{error:#}").replace('\n', ""), "the long form");
    check_debug(error);
    let mut source = error.source();
    let mut sources = 0;
    while let Some(error) = source {
        check_text(&error.to_string(), "a source");
        check_debug(error);
        source = error.source();
        sources += 1;
    }
    assert!(sources <= MOST_NESTED + 1, "{sources} sources");
    if let Error::Exception(exception) = error {
        exception.is_a(exception.type_name());
        exception.is_a(&exception.what().unwrap_or_default());
        let _ = (exception.path(), exception.other_path(), exception.standard(), exception.io_error());
    }
}

fn check_debug(error: impl Debug) {
    check_text(&format!("{error:?}").replace('\n', ""), "Debug");
    assert!(format!("{error:#?}").len() < LONGEST);
}

fn check_text(text: &str, of: &str) {
    let wild = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(wild), "{of} has a control character: {text:?}");
    assert!(text.len() < LONGEST, "{of} has {} bytes", text.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Or the texts would get nowhere.
    #[test]
    fn all_fail() {
        for kind in 0..=9 {
            let bytes = [&[kind, 5, 0, 0, 0][..], &[0x1b; 200], &[0; 8]].concat();
            let failed = failed(&mut Unstructured::new(&bytes)).expect("there are bytes enough");
            check_error(&failed.expect_err("it fails"));
        }
    }
}
