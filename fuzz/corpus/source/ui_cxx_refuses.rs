#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type Document;

        #[guard]
        fn parse(text: &str) -> Result<UniquePtr<Document>>;

        #[guard]
        fn title(self: &Document, style: Font) -> Result<String>;
    }
}

fn main() {
    let _ = ffi::parse("").unwrap().title(1);
}
