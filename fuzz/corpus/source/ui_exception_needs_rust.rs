pub struct ParseFailure;

#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type ParseError;

        #[exception]
        fn parse_failure(error: &ParseError) -> ParseFailure;

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }
}

fn main() {}
