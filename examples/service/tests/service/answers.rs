//! What each kind of script is answered with.

use crate::poison::{CRASHES, OVERFLOWS, THROWS};
use crate::server::Server;

#[test]
fn scripts_are_answered_with_what_they_return() {
    let server = Server::start("returns");
    let client = server.client();
    for (script, json) in [
        ("", "null"),
        ("return 6 * 7", "42"),
        ("return {1, 2.5, 'three', {four = true}}", r#"[1,2.5,"three",{"four":true}]"#),
        (r#"return '"\n'"#, r#""\"\u000a""#),
        ("string.format = nil x = 1", "null"), // its own, as is the next one's
        ("return {x or 'none', string.format('%03d', 7)}", r#"["none","007"]"#),
        ("return load('y = 1 return y')()", "1"),
        ("return y", "null"),
    ] {
        let answer = client.run(script);
        assert_eq!((answer.status, answer.body.as_str()), (200, json), "{script}");
    }
    assert!(server.end().success());
}

#[test]
fn mistakes_are_told_to_their_author() {
    let server = Server::start("mistakes");
    let client = server.client();
    for (script, message) in [
        ("return (", "script:1: unexpected symbol near <eof>\n"),
        ("\n error('no')", "script:2: no\n"),
        ("print('hello')", "script:1: attempt to call a nil value (global 'print')\n"),
        ("return next", "JSON has no function\n"),
        ("return {[{}] = 1}", "a table has keys that are neither 1, 2, 3... nor strings\n"),
        ("return ('x'):rep(1e9)", "not enough memory\n"),
        ("return '\\xff'", "data for rust::String is not utf-8\n"),
    ] {
        let answer = client.run(script);
        assert_eq!((answer.status, answer.body.as_str()), (422, message), "{script}");
    }
    // What used much memory is gone with its script.
    for _ in 0..40 {
        assert_eq!(client.run("return #('x'):rep(2e6)").body, "2000000");
    }
    assert!(server.end().success());
}

#[test]
fn crashes_are_incidents() {
    let server = Server::start("incidents");
    let client = server.client();
    for (number, poison) in [(1, &CRASHES), (2, &OVERFLOWS), (3, &CRASHES)] {
        let answer = client.run(poison.script);
        let told = format!("the script crashed: incident {number}\n");
        assert_eq!((answer.status, answer.body.as_str()), (poison.status, told.as_str()));
        assert_eq!(client.run("return 6 * 7").body, "42");
    }
    let answer = client.run(THROWS.script); // none
    assert_eq!((answer.status, answer.body.as_str()), (THROWS.status, "script:1: I do not feel well\n"));
    let log = server.log();
    let incident = log.split("incident ").nth(1).expect("the first one is there");
    for part in [
        "1: service::engine::ffi::run: null dereference (read) at 0x0 (SIGSEGV",
        "recovery: unwound, torn: ",
        "not vouched for: liblua5.4-c++.so",
        "registers:",
        "in liblua5.4-c++.so",
        "at src/interpreter.cc:",
        "at src/scripts.rs:",
    ] {
        assert!(incident.contains(part), "{part}: {incident}");
    }
    assert!(server.end().success());
}

#[test]
fn the_status_page_has_all_that_operators_ask_for() {
    let server = Server::start("status");
    let client = server.client();
    let domain = "service::engine::ffi: healthy, 0 calls";
    assert!(client.get("/status").body.contains(domain));
    client.run(CRASHES.script);
    let page = client.get("/status").body;
    for line in ["problems    none", "SIGSEGV     backstop in service", "healthy, 2 calls, 1 fault (1 torn)"]
    {
        assert!(page.contains(line), "{line}: {page}");
    }
    assert_eq!(client.get("/health").status, 200);
    assert!(server.end().success());
}
