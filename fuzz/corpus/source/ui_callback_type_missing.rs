#[backstop::bridge]
mod ffi {
    extern "Rust" {
        type Log;
        fn write(self: &Log, line: &str);
    }
}

fn main() {}
