fn on_event<T>(_event: T) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event<T>(event: T);
    }
}

fn main() {}
