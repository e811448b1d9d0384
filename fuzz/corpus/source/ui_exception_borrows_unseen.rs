pub struct ParseFailure<'a> {
    pub text: &'a str,
}

fn parse_failure(error: &ffi::ParseError) -> ParseFailure<'_> {
    ParseFailure { text: error.text() }
}

#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type ParseError;
        fn text(&self) -> &str;

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }

    extern "Rust" {
        #[exception]
        fn parse_failure(error: &ParseError) -> ParseFailure;
    }
}

fn main() {}
