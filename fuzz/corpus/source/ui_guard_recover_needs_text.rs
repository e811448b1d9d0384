#[backstop::bridge]
mod ffi {
    #[guard(recover)]
    unsafe extern "C++" {
        #[guard(recover = jump)]
        fn parse(text: &str) -> Result<i32>;

        #[guard(recover("jump"))]
        fn render() -> Result<i32>;

        #[guard(recover =)]
        fn print() -> Result<i32>;

        #[guard(recover = "jump" "unwind")]
        fn close() -> Result<i32>;
    }
}

fn main() {}
