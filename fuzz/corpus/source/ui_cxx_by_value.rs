#[backstop::bridge]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("demo.h");
        type Document;
        fn copied(document: &Document) -> Result<Document>;
        fn consume(document: Document) -> Result<()>;
    }
}

fn main() {}
