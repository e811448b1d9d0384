pub struct ParseFailure;

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
        #[exception]
        fn none() -> ParseFailure;
        #[exception]
        fn two(error: &ParseError, line: u32) -> ParseFailure;
        #[exception]
        fn by_value(error: ParseError) -> ParseFailure;
        #[exception]
        fn changed(error: Pin<&mut ParseError>) -> ParseFailure;
        #[exception]
        fn for_ever(error: &'static ParseError) -> ParseFailure;
    }
}

fn main() {}
