#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        #[guard(timeout = "1 s")]
        fn parse(text: &str) -> Result<i32>;

        #[guard = "now"]
        fn render() -> Result<i32>;

        #[guard(recover = "jump", "unwind")]
        fn print() -> Result<i32>;

        #[guard()]
        fn good() -> Result<i32>;
    }
}

fn main() {}
