//! The page of backstop-crash-test shows these crash tests as they are.

#[test]
fn the_page_has_them() {
    let page = include_str!("../../../crash-test/README.md");
    assert!(page.contains(include_str!("crashes.rs")), "copy tests/crashes.rs to crash-test/README.md again");
}
