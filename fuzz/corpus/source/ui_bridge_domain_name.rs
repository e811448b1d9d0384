#[backstop::bridge(domain = "the codec")]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(recover = "jump")]
        fn f() -> Result<()>;
    }
}

fn main() {}
