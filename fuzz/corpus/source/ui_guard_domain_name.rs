#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(domain = "Codec")]
        fn f() -> Result<()>;

        #[guard(domain = "")]
        fn g() -> Result<()>;

        #[guard(domain = "2d")]
        fn h() -> Result<()>;

        #[guard(domain = "demo::codec")]
        fn i() -> Result<()>;
    }
}

fn main() {}
