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
        #[exception(of = "ParseError")]
        fn parse_failure(error: &ParseError) -> ParseFailure;
        #[exception = "LoadError"]
        fn load_failure(error: &LoadError) -> ParseFailure;
    }
}

fn main() {}
