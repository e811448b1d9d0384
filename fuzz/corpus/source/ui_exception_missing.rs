pub struct ParseFailure;

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
        fn parse_failure(error: &ParseError) -> ParseFailure;
    }
}

fn main() {}
