fn on_event(code: i32) -> Result<bool, String> {
    Ok(code == 0)
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> bool;
    }
}

fn main() {}
