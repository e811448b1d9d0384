fn on_event(code: i32) -> Result<u8, String> {
    Ok(code as u8)
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> Result<bool>;
    }
}

fn main() {}
