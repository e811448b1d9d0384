//! Cells of the matrix: a case of the zoo, recovered in a way, at a place, and what must be as before afterwards.

use super::signals;
use backstop::{Error, Fault, FaultKind, Signal, Way};
use backstop_zoo::callbacks::{Callback, call_back, on_cpp_thread};
use backstop_zoo::{CASES, Case, Expected};

/// Where a case is called.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Main,
    RustThread,
    // trap 3
    CppThread,
    /// In Rust that C++ calls back, under a guard of its own.
    Callback,
}

impl Place {
    fn run(self, body: impl Fn() + Send + Sync + 'static) {
        match self {
            Place::Main => body(),
            Place::RustThread => std::thread::spawn(body).join().expect("no panic"),
            Place::CppThread => on_cpp_thread(body),
            Place::Callback => assert_eq!(call_back(&Callback::new(body)).expect("it comes back"), 1),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Cell {
    pub case: &'static Case,
    pub way: Way,
    pub place: Place,
}

impl Cell {
    pub fn all() -> impl Iterator<Item = Cell> {
        let places = [Place::Main, Place::RustThread, Place::CppThread, Place::Callback];
        CASES.iter().flat_map(move |case| {
            [Way::Unwind, Way::Jump]
                .into_iter()
                .flat_map(move |way| places.map(|place| Cell { case, way, place }))
        })
    }

    pub fn name(&self) -> String {
        format!("{} {:?} {:?}", self.case.name, self.way, self.place)
    }

    /// Calls the case, having called `marker` right before, and looks around.
    pub fn run(self, marker: fn()) {
        self.place.run(move || call_and_look_around(self.case, self.way, marker));
    }
}

fn call(case: &Case, way: Way) -> Result<(), Error> {
    match way {
        Way::Jump => backstop_zoo::jumped(case.name),
        _ => (case.call)(),
    }
}

fn call_and_look_around(case: &Case, way: Way, marker: fn()) {
    assert_eq!(backstop_zoo::add(1, 2).expect("it behaves"), 3); // sets this thread up
    backstop_zoo::round_upward();
    signals::block(libc::SIGUSR1);
    let before = State::now();

    // Twice, since the first may have left something behind that only the second trips over. L10, L13, G2, G3
    for _ in 0..2 {
        // Not a code that anything sets.
        signals::set_errno(4321);
        marker();
        let result = call(case, way);
        let (errno, after) = (signals::errno(), State::now());
        check_way(case, way, &result);
        assert_eq!(after, before);
        if let Err(Error::Fault(fault)) = &result {
            assert_eq!((errno, fault.errno()), (4321, 4321));
            assert_eq!(fault.thread_id(), signals::thread_id());
            check_recovery(fault, way);
        }
        use_heap();
        std::thread::spawn(use_heap).join().expect("no panic");
    }

    let other = match case.expected {
        Expected::Fault(fault) if fault.signal == Signal::SIGSEGV => "call_abort",
        _ => "null_read",
    };
    let other = named(other);
    check(other, &(other.call)());
    assert_eq!(State::now(), before);
    assert_eq!(backstop_zoo::greet("zoo").expect("it behaves"), "hello, zoo");
}

/// What can be unwound to the end is, where that is asked for, and everything else is torn.
fn check_recovery(fault: &Fault, way: Way) {
    let recovery = fault.recovery();
    let jumps = [FaultKind::StackSmashing, FaultKind::HeapCorruption].contains(&fault.kind());
    let unwinds = way == Way::Unwind && !jumps && cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    let comes_to_its_end = recovery.second_fault().is_none() && !recovery.is_truncated();
    assert_eq!(
        recovery.way(),
        if unwinds && comes_to_its_end { Way::Unwind } else { Way::Jump },
        "{fault:?}"
    );
    assert!(recovery.is_torn() || recovery.hopped() + recovery.unvouched() == 0, "{fault:?}");
    assert!(recovery.frames().len() > 0, "{fault:?}");
}

/// As `check`; the name of the case is not that of the site if it is called by name.
#[track_caller]
fn check_way(case: &Case, way: Way, result: &Result<(), Error>) {
    match (way, case.expected.check(result)) {
        (Way::Jump, Err(difference)) => panic!("{}: {difference}", case.name),
        (Way::Jump, Ok(())) => {}
        _ => check(case, result),
    }
}

pub fn named(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).expect("it is in the table")
}

/// That a case came back as the table says, in words that name it.
#[track_caller]
pub fn check(case: &Case, result: &Result<(), Error>) {
    if let Err(difference) = case.expected.check(result) {
        panic!("{}: {difference}", case.name);
    }
    if let Err(error) = result {
        let line = error.to_string();
        assert!(line.contains(case.name) && !line.contains('\n'), "not a line that names the site: {line:?}");
    }
}

/// From the thread's cache through the arena to mappings of their own.
pub fn use_heap() {
    let blocks: Vec<Vec<u8>> = (0..22).map(|bits| vec![1; 1 << bits]).collect();
    assert!(blocks.iter().all(|block| block.last() == Some(&1)));
}

/// What a guarded call must leave as it was, besides `errno`.
#[derive(PartialEq, Debug)]
struct State {
    blocked_signals: Vec<i32>,
    alternate_stack: (usize, usize, i32),
    // trap 13a
    float_control: u64,
    // trap 10
    exceptions_in_flight: bool,
}

impl State {
    fn now() -> Self {
        Self {
            blocked_signals: signals::blocked(),
            alternate_stack: signals::alternate_stack(),
            float_control: backstop_zoo::float_control(),
            exceptions_in_flight: backstop_zoo::exceptions_in_flight(),
        }
    }
}
