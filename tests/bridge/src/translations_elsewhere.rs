//! A bridge, a function and a class of the same names as in `translations`.

fn parse_failure(_: &ffi::ParseError) -> String {
    "another".to_owned()
}

#[backstop::bridge]
pub(crate) mod ffi {
    #[namespace = "lib"]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/translations.h");

        type ParseError;

        #[guard]
        #[rust_name = "parse_otherwise"]
        fn parse(line: u32) -> Result<()>;
    }

    extern "Rust" {
        #[exception]
        fn parse_failure(error: &ParseError) -> String;
    }
}
