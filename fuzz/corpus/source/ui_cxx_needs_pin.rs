#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("demo.h");
        type Document;
        fn clear(&mut self) -> Result<()>;
        fn fill(document: &mut Document) -> Result<()>;
    }
}

fn main() {}
