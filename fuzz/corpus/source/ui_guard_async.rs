#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        async fn fetch(url: &str) -> Result<i32>;
        fn good() -> Result<i32>;
    }
}

fn main() {
    let _ = ffi::good();
}
