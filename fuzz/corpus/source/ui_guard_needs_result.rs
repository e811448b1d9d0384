#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type Document;

        #[guard]
        fn nothing();

        #[guard]
        fn number(text: &str) -> i32;

        #[guard]
        fn pointer(self: &Document) -> UniquePtr<Document>;

        #[guard]
        fn result_of_rust() -> std::result::Result<u8, String>;

        #[guard]
        fn good() -> Result<i32>;
    }
}

fn main() {
    let _: Result<i32, backstop::Error> = ffi::good();
}
