static CODEC: backstop::Domain = backstop::Domain::new(c"codec");

#[backstop::bridge(domain = crate::CODEC, on_torn = "allow")]
mod ffi {
    unsafe extern "C++" {
        include!("demo.h");

        #[guard]
        fn f() -> Result<()>;
    }
}

fn main() {}
