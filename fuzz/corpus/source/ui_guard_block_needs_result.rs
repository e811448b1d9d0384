#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("demo.h");
        fn number(text: &str) -> i32;
    }
}

fn main() {}
