#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(deadline = "50")]
        fn f() -> Result<()>;

        #[guard(deadline = "1.5s")]
        fn g() -> Result<()>;

        #[guard(deadline = "50 ms")]
        fn h() -> Result<()>;

        #[guard(deadline = "soon")]
        fn i() -> Result<()>;
    }
}

fn main() {}
