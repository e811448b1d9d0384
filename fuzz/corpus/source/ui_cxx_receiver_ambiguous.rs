#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("demo.h");
        type Document;
        type Page;
        fn title(&self) -> Result<String>;
    }
}

fn main() {}
