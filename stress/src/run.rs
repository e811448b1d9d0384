//! The work: the threads, what disturbs them, and the moments of quiet in which all is counted.

use crate::belongings::Belongings;
use crate::board::Board;
use crate::noise::Noise;
use crate::operations::{self, Context};
use crate::options::Options;
use crate::tally;
use crate::thread::Standing;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Barrier, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

/// Unwinding an overflow takes its time for each frame, of which more would hold very many.
const STACK: usize = 512 * 1024;

/// Until the next moment of quiet.
const INTERVAL: Duration = Duration::from_secs(2);

/// Until each thread has had what it keeps, such as symbols and an arena of the heap.
const LEAST_SETTLING: Duration = Duration::from_secs(10);

/// What the threads share.
struct Work<'a> {
    options: &'a Options,
    board: &'static Board,
    /// Held for reading during each operation: who has it for writing has quiet.
    quiet: RwLock<()>,
    is_over: AtomicBool,
}

pub fn run(options: &Options, board: &'static Board) {
    if !options.keep {
        forbid_cores();
    }
    let expected = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.payload().is::<operations::Token>() {
            expected(info);
        }
    }));
    operations::warm_up().unwrap_or_else(|difference| panic!("{difference}"));
    let work = Work { options, board, quiet: RwLock::new(()), is_over: AtomicBool::new(false) };
    let ready = Barrier::new(options.lanes().count() + 1);
    let targets = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for lane in options.lanes() {
            let (work, ready, targets) = (&work, &ready, &targets);
            let builder = thread::Builder::new().name(format!("stress {lane}")).stack_size(STACK);
            let run = move || {
                let standing = Standing::arm();
                targets.lock().expect("nobody panics with it").push(crate::thread::handle());
                ready.wait();
                work.operate(lane, &standing);
            };
            builder.spawn_scoped(scope, run).expect("there is memory for it");
        }
        ready.wait();
        let noise = Noise::start(options, board, targets.lock().expect("nobody panics with it").clone());
        work.inspect_until_over();
        noise.stop();
        work.is_over.store(true, Relaxed);
    });
    if let Err(difference) = tally::check() {
        work.violated(&difference);
    }
}

impl Work<'_> {
    fn operate(&self, lane: usize, standing: &Standing) {
        for number in self.options.from.. {
            let _operating = self.quiet.read().expect("nobody panics with it");
            if self.is_over.load(Relaxed) {
                break;
            }
            let mut context = Context::new(self.board, self.options.seed, lane, number);
            let index = operations::choose(&mut context.random, self.options.only.as_deref());
            let operation = &operations::ALL[index];
            self.board.begin(lane, number, index);
            let result = (operation.run)(&mut context).and_then(|()| standing.check(number));
            if let Err(difference) = result {
                let again = self.options.replay(lane, number);
                self.violated(&format!(
                    "{} of thread {lane}, operation {number}: {difference}\n{again}",
                    operation.name
                ));
            }
            self.board.end(lane, number);
        }
    }

    /// Counts all that could grow or be lost, again and again.
    fn inspect_until_over(&self) {
        let began = Instant::now();
        let settling = LEAST_SETTLING.max(self.options.duration / 4);
        let mut settled = Belongings::now();
        while began.elapsed() < self.options.duration {
            thread::sleep(INTERVAL.min(self.options.duration.saturating_sub(began.elapsed())));
            let _quiet = self.quiet.write().expect("nobody panics with it");
            let present = Belongings::now();
            let is_settling = began.elapsed() <= settling;
            let grown = if is_settling { Ok(()) } else { present.check(&settled) };
            // Threads that were joined a moment ago may still be there.
            let grown = grown.or_else(|_| {
                thread::sleep(Duration::from_millis(200));
                Belongings::now().check(&settled)
            });
            if let Err(difference) = grown.and_then(|()| tally::check()) {
                self.violated(&difference);
            }
            if is_settling {
                settled = settled.or_more(&present);
            }
            self.board.inspections.fetch_add(1, Relaxed);
        }
    }

    fn violated(&self, difference: &str) -> ! {
        self.board.report_violation(difference);
        // SAFETY: ends the process at once, whatever its threads are in.
        unsafe { libc::_exit(1) }
    }
}

fn forbid_cores() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the limit is read.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}
