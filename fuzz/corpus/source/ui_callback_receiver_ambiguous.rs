pub struct Log;
pub struct Event;

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        type Log;
        type Event;
        fn write(&self);
    }
}

fn main() {}
