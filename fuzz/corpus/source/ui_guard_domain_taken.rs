#[backstop::bridge]
mod one {
    unsafe extern "C++" {
        include!("demo.h");
        type Network;

        #[guard]
        fn DOMAIN(self: &Network) -> Result<i32>; // a method is fine

        #[guard]
        fn DOMAIN() -> Result<i32>;
    }
}

#[backstop::bridge]
mod other {
    unsafe extern "C++" {
        include!("demo.h");

        #[rust_name = "DOMAIN"]
        fn domain() -> i32;

        #[guard]
        fn network() -> Result<i32>;
    }
}

#[backstop::bridge]
mod named {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard(domain = "codec")]
        fn CODEC() -> Result<i32>;

        #[guard(domain = "codec")]
        fn DOMAIN() -> Result<i32>; // is not taken

        #[guard(domain = "codec")]
        fn decode() -> Result<i32>;
    }
}

fn main() {}
