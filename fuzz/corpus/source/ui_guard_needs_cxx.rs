#[backstop::bridge]
mod ffi {
    extern "Rust" {
        #[guard]
        fn callback() -> Result<i32>;
    }

    #[guard]
    extern "Rust" {
        fn another() -> Result<i32>;
    }
}

fn callback() -> Result<i32, std::fmt::Error> {
    Ok(1)
}

fn another() -> Result<i32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
