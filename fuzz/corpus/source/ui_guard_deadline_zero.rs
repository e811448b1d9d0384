#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(deadline = "0ms")]
        fn f() -> Result<()>;
    }
}

fn main() {}
