#[backstop::bridge(namespace = "demo", on_torn = "ignore")]
mod ffi {}

fn main() {}
