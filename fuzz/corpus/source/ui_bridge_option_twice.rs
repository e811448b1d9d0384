#[backstop::bridge(on_torn = "allow", namespace = "demo", on_torn = "refuse", namespace = "demo")]
mod ffi {}

fn main() {}
