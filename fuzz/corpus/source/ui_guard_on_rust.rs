#[backstop::bridge]
mod ffi {
    #[guard]
    extern "Rust" {
        #[guard(recover = "jump")]
        fn on_event(code: i32) -> Result<bool>;
    }
}

fn on_event(_code: i32) -> Result<bool, String> {
    Ok(true)
}

fn main() {}
