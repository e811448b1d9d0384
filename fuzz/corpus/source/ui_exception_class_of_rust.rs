pub struct ParseFailure;

pub struct Log;

fn parse_failure(_: &ffi::ParseError) -> ParseFailure {
    ParseFailure
}

#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type ParseError;
        type LoadError;
        type View<'a>;

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }

    extern "Rust" {
        type Log;
        #[exception]
        fn parse_failure(error: &Log) -> ParseFailure;
    }
}

fn main() {}
