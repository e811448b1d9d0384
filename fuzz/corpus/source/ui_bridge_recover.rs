#[backstop::bridge(recover = "jump")]
mod ffi {
    unsafe extern "C++" {
        #[guard]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {}
