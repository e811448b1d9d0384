fn on_event(_code: i32) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> String;
    }
}

fn main() {}
