
/// For a program in C++ that links this crate as a static library: 0 if the parser parses the text, 1 if it throws, 2 if
/// it crashes.
///
/// # Safety
///
/// 1. `text` ends in a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn outside_parse(text: *const std::ffi::c_char) -> i32 {
    // SAFETY: see above.
    let text = unsafe { std::ffi::CStr::from_ptr(text) };
    match ffi::parse(text.to_str().expect("UTF-8")) {
        Ok(_) => 0,
        Err(backstop::Error::Exception(_)) => 1,
        Err(backstop::Error::Fault(_)) => 2,
        Err(other) => panic!("{other}"),
    }
}
