#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(domain)]
        fn f() -> Result<()>;

        #[guard(domain = 5)]
        fn g() -> Result<()>;

        #[guard(domain =)]
        fn h() -> Result<()>;
    }
}

fn main() {}
