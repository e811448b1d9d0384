fn longest<'a>(left: &'a str, _right: &'a str) -> &'a str {
    left
}

#[backstop::bridge]
mod ffi {
    extern "Rust" {
        fn longest<'a>(left: &'a str, right: &'a str) -> &'a str;
    }
}

fn main() {}
