use std::rc::Rc;

pub struct ParseFailure(pub Rc<u32>);

fn parse_failure(error: &ffi::ParseError) -> ParseFailure {
    ParseFailure(Rc::new(error.line()))
}

#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type ParseError;
        fn line(&self) -> u32;

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }

    extern "Rust" {
        #[exception]
        fn parse_failure(error: &ParseError) -> ParseFailure;
    }
}

fn main() {}
