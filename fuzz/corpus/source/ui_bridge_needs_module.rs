#[backstop::bridge]
pub struct Ffi;

#[backstop::bridge]
fn ffi() {}

fn main() {
    ffi();
}
