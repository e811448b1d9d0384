pub struct Failure;

fn on_event(_code: i32) -> Result<bool, Failure> {
    Err(Failure)
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> Result<bool, Failure>;
        fn on_end() -> std::io::Result<()>;
    }
}

fn main() {}
