#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(deadline = "18446744073709551616ns")]
        fn f() -> Result<()>;

        #[guard(deadline = "400000000min")]
        fn g() -> Result<()>;
    }
}

fn main() {}
