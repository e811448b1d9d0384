#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| backstop_fuzz::targets::program(data));

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    backstop_fuzz::replay::main("program", backstop_fuzz::targets::program);
}
