fn on_event(code: i32) -> bool {
    code == 0
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(code: i32) -> Result<bool>;
    }
}

fn main() {}
