#[backstop::bridge(on_torn = "never", namespace = "demo", namespace = "other")]
#[guard]
mod ffi {
    #[guard]
    struct Page {
        number: u32,
    }

    #[guard(recover = "leap")]
    unsafe extern "C++" {
        include!("demo.h");
        type ParseError;

        #[guard(retry = 3)]
        fn parse(text: &str) -> UniquePtr<CxxString>;
        async fn load(path: &str) -> Result<String>;
        #[exception]
        fn line(self: &ParseError) -> u32;
    }

    #[guard]
    extern "Rust" {
        #[exception]
        #[exception]
        async fn parse_failure(error: &SyntaxError, line: u32) -> Result<ParseFailure>;
    }
}

fn main() {}
