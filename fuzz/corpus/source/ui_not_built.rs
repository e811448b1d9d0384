#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard]
        fn parse(text: &str) -> Result<i32>;
    }
}

fn main() {
    let _ = ffi::parse("");
}
