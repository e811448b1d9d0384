fn longest(left: &'static str, _right: &str) -> &'static str {
    left
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        unsafe fn longest<'a>(left: &'a str, right: &'a str) -> &'a str;
    }
}

fn main() {}
