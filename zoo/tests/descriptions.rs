//! `cases.json` and `src/cases.inc` say what the table says. After a change to that, they are written anew by
//! `UPDATE=1 cargo test -p backstop-zoo --test descriptions`.

use backstop_zoo::{Address, CASES, Case, Expected, Native};
use serde_json::{Value, json};
use std::path::Path;
use std::{env, fs};

fn check(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, text).expect("it can be written");
    }
    let is_same = fs::read_to_string(&path).is_ok_and(|present| present == text);
    assert!(is_same, "write {file} anew: UPDATE=1 cargo test -p backstop-zoo --test descriptions");
}

#[test]
fn json() {
    let cases: Vec<Value> = CASES.iter().map(case_in_json).collect();
    let description = json!({ "version": 1, "cases": cases });
    check("cases.json", &format!("{description:#}\n"));
}

fn case_in_json(case: &Case) -> Value {
    let native = match case.native {
        Native::Returns => json!({ "outcome": "returns" }),
        Native::Dies { signal, message } => {
            json!({ "outcome": "dies", "signal": format!("{signal:?}"), "message": message })
        }
    };
    let guarded = match case.expected {
        Expected::Success => json!({ "outcome": "returns" }),
        Expected::Exception { type_name, what } => {
            json!({ "outcome": "exception", "type": type_name, "what": what })
        }
        Expected::Fault(fault) => json!({
            "outcome": "fault",
            "signal": format!("{:?}", fault.signal),
            "code": fault.code.map(|code| format!("{code:?}")),
            "kind": snake(&format!("{:?}", fault.kind)),
            "address": match fault.address {
                Address::Unknown => json!(null),
                Address::At(address) => json!(address),
                Address::Target => json!("target"),
                Address::Instruction => json!("instruction"),
                Address::Stack => json!("stack"),
            },
            "message": fault.message,
            "exception": fault.exception,
        }),
        Expected::Forwarded { signal, message } => {
            json!({ "outcome": "dies", "signal": format!("{signal:?}"), "message": message })
        }
    };
    json!({
        "name": case.name,
        "about": case.about(),
        "architectures": case.architectures,
        "native": native,
        "guarded": guarded,
    })
}

#[test]
fn rows_for_c() {
    let rows = CASES.iter().map(row_for_c);
    let text: String =
        ["// Made of table.rs by tests/descriptions.rs.\n".to_owned()].into_iter().chain(rows).collect();
    check("src/cases.inc", &text);
}

fn row_for_c(case: &Case) -> String {
    let (native_signal, native_message) = match case.native {
        Native::Returns => ("0".to_owned(), ""),
        Native::Dies { signal, message } => (format!("{signal:?}"), message),
    };
    let guarded = match case.expected {
        Expected::Success => "RETURNS".to_owned(),
        Expected::Exception { type_name, what } => format!("EXCEPTION({type_name:?}, {})", text_in_c(what)),
        Expected::Fault(fault) => {
            let kind = snake(&format!("{:?}", fault.kind)).to_uppercase();
            let texts = [fault.exception, fault.message].map(text_in_c).join(", ");
            format!("FAULT({:?}, {kind}, {texts})", fault.signal)
        }
        Expected::Forwarded { signal, message } => format!("DIES({signal:?}, {message:?})"),
    };
    let Case { name, architectures, .. } = case;
    let about = case.about();
    let columns = architectures.join(" ");
    let row =
        format!("CASE({name}, {about:?}, {columns:?}, {native_signal}, {native_message:?}, {guarded})\n");
    let conditions = [("x86_64", "__x86_64__"), ("aarch64", "__aarch64__"), ("riscv64", "__riscv")]
        .into_iter()
        .filter(|(architecture, _)| architectures.contains(architecture))
        .map(|(_, macro_name)| format!("defined({macro_name})"));
    match &conditions.collect::<Vec<_>>()[..] {
        [_, _, _] => row,
        some => format!("#if {}\n{row}#endif\n", some.join(" || ")),
    }
}

/// The escapes of Rust that occur are those of C as well. Up to what is replaced in Rust, as it is not UTF-8.
fn text_in_c(text: Option<&str>) -> String {
    match text.and_then(|text| text.split('\u{fffd}').next()) {
        Some(text) => format!("{text:?}"),
        None => "nullptr".to_owned(),
    }
}

/// `NullDereference` as `null_dereference`.
fn snake(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(character.to_lowercase());
    }
    words
}
