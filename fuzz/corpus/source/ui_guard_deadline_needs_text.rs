#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(deadline)]
        fn f() -> Result<()>;

        #[guard(deadline = 50)]
        fn g() -> Result<()>;

        #[guard(deadline =)]
        fn h() -> Result<()>;
    }
}

fn main() {}
