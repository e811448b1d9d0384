#[backstop::bridge(deadline = "50ms")]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(deadline = "1s")]
        fn f() -> Result<()>;
    }
}

fn main() {}
