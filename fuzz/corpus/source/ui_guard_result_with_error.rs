#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard]
        fn parse(text: &str) -> Result<(), backstop::Error>;
        #[guard]
        fn load(path: &str) -> std::io::Result<String>;
    }
}

fn main() {}
