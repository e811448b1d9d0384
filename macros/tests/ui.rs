//! What the macro says to those who get it wrong: one rule a file, named after the rule.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
