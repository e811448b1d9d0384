#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn write(self: &Log, line: &str);
    }
}

fn main() {}
