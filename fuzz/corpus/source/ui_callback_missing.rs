#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> bool;
    }
}

fn main() {}
