fn parse_failure(_: &ffi::ParseError) -> Option<impl Sized> {
    Some(0)
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
        fn parse_failure(error: &ParseError) -> Option<impl Sized>;
    }
}

fn main() {}
