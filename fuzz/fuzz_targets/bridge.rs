#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| backstop_fuzz::targets::bridge(data));

#[cfg(not(fuzzing))]
fn main() {
    backstop_fuzz::replay::main("bridge", backstop_fuzz::targets::bridge);
}
