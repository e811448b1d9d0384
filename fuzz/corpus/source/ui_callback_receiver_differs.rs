pub struct Log;

impl Log {
    fn write(&mut self, _line: &str) {}
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        type Log;
        fn write(self: &Log, line: &str);
    }
}

fn main() {}
