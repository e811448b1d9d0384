use crate::loaded::{self, Object};
use ::backtrace::SymbolName;
use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A function, and the line of it that was running, as far as the symbols and the debug information of the process
/// tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    name: Option<String>,
    file: Option<PathBuf>,
    line: Option<u32>,
    column: Option<u32>,
}

impl Symbol {
    /// The function, demangled, be it Rust or C++. It holds whatever characters the symbol table does.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The source file, as the compiler noted it.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The line, from 1.
    pub fn line(&self) -> Option<u32> {
        self.line
    }

    /// The column, from 1.
    pub fn column(&self) -> Option<u32> {
        self.column
    }

    /// Whether it belongs to the machinery between the caller and the function that it guards, and not to either.
    pub(crate) fn is_ours(&self) -> bool {
        self.name().is_some_and(is_ours) || self.file().is_some_and(is_our_file)
    }

    /// Whether what called it is the start of a Rust thread, which std's own backtraces leave out as well.
    pub(crate) fn starts_a_rust_thread(&self) -> bool {
        self.name().is_some_and(|name| name.contains("__rust_begin_short_backtrace"))
    }
}

/// The function at an address, after those that the compiler inlined into it. Empty if nobody knows.
pub(crate) fn symbols_at(address: usize) -> Vec<Symbol> {
    let mut symbols = if was_there_at_first(address) { resolved(address) } else { Vec::new() };
    if symbols.is_empty() {
        let name = loaded::exported_at(address).map(|name| shown(&SymbolName::new(&name)));
        symbols.extend(name.map(|name| Symbol { name: Some(name), file: None, line: None, column: None }));
    }
    symbols
}

/// The `backtrace` crate asks only once what is loaded. In a plugin that has taken the place of another since then it
/// would find the other's functions.
fn was_there_at_first(address: usize) -> bool {
    static AT_FIRST: OnceLock<Vec<Object>> = OnceLock::new();
    let at_first = AT_FIRST.get_or_init(loaded::objects);
    match loaded::object_at(address) {
        Some(object) => at_first.contains(&object),
        None => cfg!(not(target_os = "linux")), // elsewhere we can't tell
    }
}

fn resolved(address: usize) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    // The crate takes what it gets for a return address, and looks one byte before it.
    ::backtrace::resolve(address.wrapping_add(1) as *mut c_void, |symbol| {
        symbols.push(Symbol {
            name: symbol.name().map(|name| shown(&name)),
            file: symbol.filename().map(Path::to_owned),
            line: symbol.lineno().filter(|&line| line != 0),
            column: symbol.colno().filter(|&column| column != 0),
        });
    });
    symbols
}

/// Demangled, without the hash that Rust adds.
fn shown(name: &SymbolName<'_>) -> String {
    format!("{name:#}")
}

const OURS: &[&str] = &[
    "backstop::__private::",
    "backstop::barrier",
    "backstop::detail::",
    "backstop::raise::",
    "backstop::runtime::",
    "backstop::trycatch",
    "backstop_v0_",
    "cxx::unwind::",
    "rust::behavior::trycatch",
    // By which a callback's panic is caught.
    "std::panic::catch_unwind",
    "std::panicking::catch_unwind",
    "core::panic::unwind_safe::AssertUnwindSafe",
    "__rust_try",
];

fn is_ours(name: &str) -> bool {
    let path = path(name);
    // What #[guard] generates, the calls from C++ into Rust that backstop_build wraps, and what cxx generates.
    path.contains("__backstop_")
        || name.contains(">::__backstop_") // as a method of a type
        || path.contains("$cxxbridge1$")
        || OURS.iter().any(|ours| path.starts_with(ours))
}

/// Debug information has no more than `attempt`, `_FUN` or `operator()` for functions that no other file can call.
fn is_our_file(file: &Path) -> bool {
    let runtime = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/cpp"));
    file.parent() == Some(runtime)
        || file.ends_with("backstop/bridge.h")
        || file.ends_with("backstop/backstop.hpp")
        || file.to_str().is_some_and(|file| file.contains("/cxxbridge/sources/")) // what cxx generates
}

/// The path of the outermost function: `a::f` of `void a::f<int>(char)::{lambda()#1}::operator()() const`, and `a::T`
/// of `<a::T as b::Trait>::f`.
fn path(name: &str) -> &str {
    let name = name.trim_start_matches('<');
    let end = name.find(['<', '(', '[', '>']).unwrap_or(name.len());
    let name = name[..end].split(" as ").next().unwrap_or(name);
    name.rsplit(' ').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;

    #[test]
    fn ours_and_theirs() {
        let ours = [
            "backstop_v0_bridge_call",
            "backstop::runtime::(anonymous namespace)::attempt(backstop::runtime::Point*)",
            "void backstop::trycatch<f$cxxbridge1$f()::{lambda()#1}>(f&&)::{lambda(void*)#1}::operator()(void*) const",
            "backstop::detail::Callee<f$cxxbridge1$f()::{lambda()#1}>::call_catching(void*)",
            "void rust::behavior::trycatch<a, b>(a&&, b&&)",
            "demo$cxxbridge1$195$__backstop_build_f",
            "demo::__backstop_ffi::__backstop_build_f",
            "demo$cxxbridge1$195$Callback$run",
            "cxx::unwind::prevent_unwind",
            "backstop::__private::result",
            "demo::ffi::<impl demo::Callback>::__backstop_call_run__backstop_ffi::{{closure}}",
            "<core::panic::unwind_safe::AssertUnwindSafe<F> as core::ops::function::FnOnce<()>>::call_once",
            "<backstop::barrier::Barrier as core::ops::drop::Drop>::drop",
        ];
        let theirs = [
            "demo::ffi::f",
            "main",
            "void demo::sort<backstop::runtime::Point>(int)",
            "<demo::T as core::ops::drop::Drop>::drop",
            "std::vector<int>::at(unsigned long)",
            "(anonymous namespace)::f()",
            "mybackstop::runtime::f()",
            "",
        ];
        for name in ours {
            assert!(is_ours(name), "{name}");
        }
        for name in theirs {
            assert!(!is_ours(name), "{name}");
        }
    }

    #[test]
    fn a_function_of_this_file() {
        let symbols = symbols_at(a_function_of_this_file as *const () as usize);
        let function = symbols.last().unwrap();
        assert!(function.name().unwrap().ends_with("symbol::tests::a_function_of_this_file"), "{symbols:?}");
        if cfg!(debug_assertions) {
            assert!(function.file().unwrap().ends_with("src/symbol.rs"), "{symbols:?}");
        }
        assert_eq!(symbols_at(1), []);
    }

    /// Also one that takes the place of another.
    #[test]
    #[cfg(target_os = "linux")]
    fn plugins_that_come_later() {
        assert!(!symbols_at(plugins_that_come_later as *const () as usize).is_empty()); // the crate has looked
        let directory = tempfile::tempdir().unwrap();
        for function in ["first", "second"] {
            let path = plugin(directory.path(), function);
            // SAFETY: the library does nothing when it is loaded or unloaded, and is not used afterwards.
            unsafe {
                let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
                assert!(!library.is_null(), "{path:?}");
                let name = CString::new(function).unwrap();
                let symbols = symbols_at(libc::dlsym(library, name.as_ptr()) as usize);
                libc::dlclose(library);
                assert_eq!(symbols.last().and_then(Symbol::name), Some(function), "{symbols:?}");
            }
        }
    }

    fn plugin(directory: &Path, function: &str) -> CString {
        let source = directory.join(format!("{function}.c"));
        let library = directory.join(format!("{function}.so"));
        std::fs::write(&source, format!("int {function}(void) {{ return 1; }}")).unwrap();
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let mut command = std::process::Command::new(compiler);
        let status = command.args(["-g", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
        assert!(status.unwrap().success(), "{command:?}");
        CString::new(library.into_os_string().into_encoded_bytes()).unwrap()
    }
}
