#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(domain = "domain")]
        fn f() -> Result<()>;
    }
}

fn main() {}
