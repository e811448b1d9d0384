pub struct Event;

fn make() -> Event {
    Event
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        type Event;
        fn make() -> Event;
    }
}

fn main() {}
