//! C++ that fails with what it is told to say.

pub use bridge::*;

fn complain(text: &[u8]) -> Result<(), String> {
    Err(String::from_utf8_lossy(text).into_owned())
}

fn panic_with(text: &[u8]) {
    std::panic::panic_any(String::from_utf8_lossy(text).into_owned());
}

#[backstop::bridge(on_torn = "allow")]
mod bridge {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-fuzz/cpp/report.h");

        fn throw_runtime_error(text: &[u8]) -> Result<()>;
        /// A `std::string`.
        fn throw_text(text: &[u8]) -> Result<()>;
        /// A `std::system_error` of a category of its own.
        fn throw_code(value: i32, name: &[u8], text: &[u8]) -> Result<()>;
        fn throw_filesystem_error(first: &[u8], second: &[u8]) -> Result<()>;
        fn throw_nested(text: &[u8], depth: u32) -> Result<()>;
        /// An exception whose `what()` answers null, throws, or faults.
        fn throw_liar(kind: i32) -> Result<()>;
        /// Names the thread, and faults.
        fn fault_in_thread(name: &[u8]) -> Result<()>;
        /// Lets an exception out of a `noexcept` function.
        fn terminate(text: &[u8]) -> Result<()>;
        #[rust_name = "call_back"]
        fn call_complain(text: &[u8]) -> Result<()>;
        #[rust_name = "call_back_to_panic"]
        fn call_panic_with(text: &[u8]) -> Result<()>;
    }

    unsafe extern "C++" {
        /// Guards, in C++, what throws the text, and asks for the message and the report in a buffer of this size.
        fn report_to_c(text: &[u8], size: usize);
    }

    extern "Rust" {
        fn complain(text: &[u8]) -> Result<()>;
        fn panic_with(text: &[u8]);
    }
}
