#[backstop::bridge]
mod ffi {
    #[guard(on_torn = "allow")]
    unsafe extern "C++" {
        #[guard(recover = "jump", on_torn = "refuse")]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {}
