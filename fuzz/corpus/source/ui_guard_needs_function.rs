#[backstop::bridge]
mod ffi {
    #[guard]
    struct Shared {
        #[guard]
        field: u8,
    }

    #[guard]
    enum Color {
        #[backstop::guard]
        Red,
    }

    unsafe extern "C++" {
        #[guard]
        include!("demo.h");

        #[guard]
        type Document;

        fn parse(#[guard] text: &str) -> Result<i32>;
    }

    #[guard]
    impl UniquePtr<Document> {}
}

fn main() {
    let _ = ffi::Color::Red;
    let _ = ffi::Shared { field: 1 };
}
