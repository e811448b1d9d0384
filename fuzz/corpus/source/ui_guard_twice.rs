#[backstop::bridge]
mod ffi {
    #[guard]
    #[guard]
    unsafe extern "C++" {
        #[guard]
        #[backstop::guard]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {
    let _: Result<i32, backstop::Error> = ffi::parse("");
}
