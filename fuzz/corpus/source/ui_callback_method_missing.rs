pub struct Log;

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        type Log;
        fn write(&self, line: &str);
        #[Self = "Log"]
        fn make() -> Box<Log>;
    }
}

fn main() {}
