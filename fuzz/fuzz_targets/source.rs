#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| backstop_fuzz::targets::source(data));

#[cfg(not(fuzzing))]
fn main() {
    backstop_fuzz::replay::main("source", backstop_fuzz::targets::source);
}
