#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        #[guard(recover = "somehow")]
        fn parse(text: &str) -> Result<i32>;

        #[guard = "now"]
        fn render() -> Result<i32>;

        #[guard()]
        fn good() -> Result<i32>;
    }
}

fn main() {}
