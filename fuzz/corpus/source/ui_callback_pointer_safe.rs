fn on_bytes(_bytes: *const u8) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_bytes(bytes: *const u8);
    }
}

fn main() {}
