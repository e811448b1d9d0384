#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        #[guard]
        unsafe fn print(format: &str, ...) -> Result<i32>;
    }
}

fn main() {}
