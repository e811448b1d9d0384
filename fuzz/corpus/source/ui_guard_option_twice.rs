#[backstop::bridge]
mod ffi {
    #[guard(recover = "jump", recover = "jump")]
    unsafe extern "C++" {
        #[guard(recover = "unwind", recover = "jump")]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {}
