#[backstop::bridge]
#[cxx::bridge(namespace = "demo")]
mod ffi {
    unsafe extern "C++" {
        #[guard]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {
    let _: Result<i32, backstop::Error> = ffi::parse("");
}
