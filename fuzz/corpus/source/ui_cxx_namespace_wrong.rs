#[backstop::bridge(namespace = 1)]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard]
        fn parse(text: &str) -> Result<()>;
    }
}

fn main() {}
