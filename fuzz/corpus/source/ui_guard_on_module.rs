#[backstop::bridge]
#[guard]
mod ffi {
    unsafe extern "C++" {
        fn parse() -> Result<i32>;
    }
}

fn main() {}
