#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("demo.h");

        #[guarded]
        fn parse(text: &str) -> Result<()>;
    }
}

fn main() {}
