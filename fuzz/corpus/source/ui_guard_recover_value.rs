#[backstop::bridge]
mod ffi {
    #[guard(recover = "")]
    unsafe extern "C++" {
        #[guard(recover = "somehow")]
        fn parse(text: &str) -> Result<i32>;

        #[guard(recover = "Jump")]
        fn render() -> Result<i32>;

        #[guard(recover = "jump")]
        fn good() -> Result<i32>;
    }
}

fn main() {
    let _: Result<i32, backstop::Error> = ffi::parse("");
}
