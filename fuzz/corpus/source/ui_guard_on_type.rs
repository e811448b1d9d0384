#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        #[guard]
        include!("demo.h");

        #[guard]
        type Document;
    }
}

fn main() {}
