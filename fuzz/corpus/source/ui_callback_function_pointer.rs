fn on_event(_done: fn(i32)) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(done: fn(i32));
    }
}

fn main() {}
