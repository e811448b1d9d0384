#[backstop::bridge(on_tron = "allow")]
mod one {
    unsafe extern "C++" {
        #[guard]
        fn parse(text: &str) -> Result<i32>;
    }
}

#[backstop::bridge(namespace = "demo", "allow")]
mod other {}

fn main() {
    let _: Result<i32, backstop::Error> = one::parse("");
}
