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
        fn parse_failure(error: &ParseError);
    }
}

fn main() {}
