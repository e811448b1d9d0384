//! docs/unsafe.md lists every use of `unsafe` in the library's own Rust, and why it holds: what stands beside it in the
//! source, so that the list is never older than the code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The packages that are published.
const FOLDERS: &[&str] = &["src", "macros/src", "syntax/src", "build/src", "crash-test/src", "zoo/src"];

const HEAD: &str = "# Every `unsafe` block, and why it holds

And every `unsafe impl`, and every `unsafe extern \"C\"`, whose signatures and `safe fn`s are promises, in all the Rust that
is published, with what the comments there say. (An `unsafe fn` has its conditions in a section `# Safety` of its own; its
blocks are here, and \"by 1\" means the first of them.) Bridges add calls that `cxx` declares, having compared the signatures
with the headers, and `unsafe` only where the function is declared so. The C++ of the runtime in `cpp/` has no such word;
what keeps it right is in [How we know](how-we-know.md).

`BACKSTOP_BLESS=1 cargo test --test unsafe_inventory` writes this page from the sources; without the variable, the test
fails where the two differ.
";

#[test]
fn the_page_lists_every_use() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut page, mut count) = (String::from(HEAD), 0);
    for file in FOLDERS.iter().flat_map(|folder| sources(&root.join(folder))) {
        let name = file.strip_prefix(root).expect("it lies within").display().to_string();
        let uses = uses(&fs::read_to_string(&file).expect("it was just listed"), &name);
        count += uses.len();
        if !uses.is_empty() {
            write!(page, "\n## `{name}`\n\n| in | because |\n| --- | --- |\n").expect("memory");
            uses.iter()
                .for_each(|(place, reason)| writeln!(page, "| `{place}` | {reason} |").expect("memory"));
        }
    }
    assert!(count > 40, "only {count} uses: this test no longer finds them");
    let path = root.join("docs/unsafe.md");
    if std::env::var_os("BACKSTOP_BLESS").is_some() {
        fs::write(&path, &page).expect("docs can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let advice = "docs/unsafe.md is not what the sources say: write it with BACKSTOP_BLESS=1";
    assert!(written == page, "{advice}\n{page}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(
        folders.iter().filter(|folder| !folder.ends_with("fixtures")).flat_map(|folder| sources(folder)),
    );
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files
}

/// Where each is, and the comment before it. Tests aren't looked at.
fn uses(source: &str, file: &str) -> Vec<(String, String)> {
    let source = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines: Vec<&str> = source.lines().collect();
    let code = |line: &str| line.split("//").next().unwrap_or_default().replace("\"unsafe\"", "");
    // Of a block: a function or its type goes on after the string. Blocks of "C++" are cxx's.
    let words = ["unsafe {", "unsafe impl ", "unsafe extern \"C\" {", "unsafe extern \"C-unwind\" {"];
    let is_use = |line: &str| words.iter().any(|word| code(line).contains(word));
    let found = (0..lines.len()).filter(|&at| is_use(lines[at]));
    found
        .map(|at| {
            let reason = reason(&lines[..at]);
            assert!(!reason.is_empty(), "{file}:{}: there is no SAFETY comment before it", at + 1);
            (place(&lines[..=at]), reason)
        })
        .collect()
}

/// The last comment that says why, within the few lines that a statement may have before its `unsafe`.
fn reason(before: &[&str]) -> String {
    let comment = |line: &str| line.trim().strip_prefix("// ").map(str::to_owned);
    let Some(start) = before.iter().rposition(|line| line.trim().starts_with("// SAFETY: ")) else {
        return String::new();
    };
    let lines: Vec<String> = before[start..].iter().map_while(|line| comment(line)).collect();
    let is_near = before.len() - start - lines.len() <= 4;
    let text = lines.join(" ").replace("SAFETY: ", "").replace('|', "\\|");
    if is_near { text } else { String::new() }
}

/// The function it is in, or what is implemented or declared.
fn place(lines: &[&str]) -> String {
    let last = lines.last().expect("the use itself").trim();
    let whole = last
        .strip_prefix("unsafe impl ")
        .or(last.strip_prefix("unsafe ").filter(|it| it.starts_with("extern")));
    if let Some(whole) = whole {
        return whole.trim_end_matches([' ', '{', '}']).to_owned();
    }
    let name = |line: &&str| {
        let (before, after) = line.split_once("fn ")?;
        let qualifies =
            |word: &str| word.starts_with("pub") || word == "\"C\"" || word.chars().all(char::is_alphabetic);
        let is_definition = before.trim().split(' ').all(qualifies);
        let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (is_definition && !name.is_empty()).then_some(name)
    };
    lines.iter().rev().find_map(name).unwrap_or_else(|| last.to_owned())
}
