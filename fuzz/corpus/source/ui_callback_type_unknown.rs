pub struct Event;

fn on_event(_event: &Event) {}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn on_event(event: &Event);
    }
}

fn main() {}
