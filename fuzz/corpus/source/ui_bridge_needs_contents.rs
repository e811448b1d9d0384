#[backstop::bridge]
mod ffi;

fn main() {}
