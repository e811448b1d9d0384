#[backstop::bridge]
#[exception]
mod ffi {
    #[exception]
    struct Failure {
        #[exception]
        line: u32,
    }

    #[exception]
    extern "Rust" {
        fn on_event(#[exception] code: i32) -> bool;
    }

    unsafe extern "C++" {
        #[exception]
        type ParseError;

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }
}

fn on_event(_code: i32) -> bool {
    true
}

fn main() {}
