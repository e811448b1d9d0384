//! The process that watches: the work is done in a child, whose end, standstill or violation is told here.

use crate::board::Board;
use crate::options::{COMMAND, Options};
use std::fs::File;
use std::io::Read;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{io, ptr, thread};

/// No operation takes as long, on a machine that has other work, too.
const STANDSTILL: Duration = Duration::from_secs(60);

/// How much of the child's stderr is kept.
const TAIL: usize = 16 * 1024;

/// Runs `work` in a child, and answers how that went.
pub fn watch(options: &Options, board: &'static Board, work: impl FnOnce()) -> ExitCode {
    let (reader, writer) = io::pipe().expect("two descriptors");
    // SAFETY: this process has one thread.
    let child = match unsafe { libc::fork() } {
        -1 => panic!("fork: {}", io::Error::last_os_error()),
        0 => {
            // SAFETY: takes a number. Whoever stops the watch stops the work.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            // SAFETY: both are open. The writer's descriptor stays as it is, and is the child's.
            unsafe { libc::dup2(writer.into_raw_fd(), libc::STDERR_FILENO) };
            drop(reader);
            work();
            std::process::exit(0);
        }
        child => child,
    };
    drop(writer);
    // SAFETY: the reader's, which is given up.
    let tail = follow(unsafe { File::from_raw_fd(reader.into_raw_fd()) });
    let began = Instant::now();
    let end = wait(child, options, board);
    let took = began.elapsed();
    thread::sleep(Duration::from_millis(200)); // for the last of its stderr
    match (end, board.violation()) {
        (End::Exited(status), None) if status.success() => summarise(options, board, took),
        (end, violation) => {
            let what = violation.unwrap_or_else(|| end.to_string());
            tell(options, board, &what, &tail.lock().expect("nobody panics with it"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

enum End {
    Exited(ExitStatus),
    Hung(usize),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "the process ended: {status}"),
            Self::Hung(lane) => write!(f, "thread {lane} made no progress for {STANDSTILL:?}"),
        }
    }
}

/// Reads to the end, on a thread, and keeps the last of it.
fn follow(mut file: File) -> Arc<Mutex<Vec<u8>>> {
    let tail = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&tail);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = file.read(&mut buffer) {
            let mut kept = kept.lock().expect("nobody panics with it");
            kept.extend_from_slice(&buffer[..read]);
            let excess = kept.len().saturating_sub(TAIL);
            kept.drain(..excess);
        }
    });
    tail
}

fn wait(child: libc::pid_t, options: &Options, board: &Board) -> End {
    let mut progress: Vec<_> = options.lanes().map(|lane| (lane, 0, Instant::now())).collect();
    let began = Instant::now();
    loop {
        let mut status = 0;
        // SAFETY: a child of this process, and a status to fill.
        if unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } == child {
            return End::Exited(ExitStatus::from_raw(status));
        }
        let is_over = began.elapsed() > options.duration + STANDSTILL;
        for (lane, begun, since) in &mut progress {
            let now = board.begun(*lane);
            if now != *begun {
                (*begun, *since) = (now, Instant::now());
            } else if since.elapsed() > STANDSTILL || is_over {
                if options.keep {
                    eprintln!(
                        "process {child} hangs, and is left for a debugger: gdb -p {child}; end it to go on"
                    );
                    // SAFETY: a child of this process.
                    unsafe { libc::waitpid(child, ptr::null_mut(), 0) };
                } else {
                    // SAFETY: a child of this process, which nobody has waited for.
                    unsafe { libc::kill(child, libc::SIGKILL) };
                }
                return End::Hung(*lane);
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn summarise(options: &Options, board: &Board, took: Duration) {
    let performed: Vec<_> = board.performed().collect();
    let total: u64 = performed.iter().map(|(_, count)| count).sum();
    println!(
        "seed {}: {total} operations on {} threads in {:.0} s, {} signals from outside, all counted in {} moments of quiet",
        options.seed,
        options.lanes().count(),
        took.as_secs_f64(),
        board.signals.load(std::sync::atomic::Ordering::Relaxed),
        board.inspections.load(std::sync::atomic::Ordering::Relaxed),
    );
    for (name, count) in performed {
        println!("  {name:<12} {count:>9}");
    }
}

fn tell(options: &Options, board: &Board, what: &str, stderr: &[u8]) {
    eprintln!("FAILED: {what}\n\nthe last on stderr:");
    let text = String::from_utf8_lossy(stderr);
    for line in text.lines().skip(text.lines().count().saturating_sub(12)) {
        eprintln!("  {}", line.chars().take(200).collect::<String>());
    }
    for lane in options.lanes() {
        eprint!("thread {lane}:\n{}", board.last(lane));
        if let Some(number) = board.present(lane) {
            eprintln!("  {}", options.replay(lane, number));
        }
    }
    eprintln!("\nagain, all of it: {COMMAND} --seed {} --threads {}", options.seed, options.threads);
}
