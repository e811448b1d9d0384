#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");
        type Network;

        #[guard]
        fn DOMAIN(self: &Network) -> Result<i32>; // a method is fine

        #[guard]
        fn DOMAIN() -> Result<i32>;
        #[rust_name = "DOMAIN"]
        fn domain() -> i32;
    }
}

fn main() {}
