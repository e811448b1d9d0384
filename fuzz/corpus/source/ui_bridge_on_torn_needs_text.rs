#[backstop::bridge(on_torn = allow)]
mod one {}

#[backstop::bridge(on_torn)]
mod other {}

fn main() {}
