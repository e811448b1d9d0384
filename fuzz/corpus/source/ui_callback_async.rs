async fn on_event(_code: i32) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        async fn on_event(code: i32);
    }
}

fn main() {}
