//! Children that are forked by one of several threads, and make guarded calls: at the top, or within a callback.

use super::layers::{self, Callback};
use super::{Checked, Context, expect, faults, threads};
use std::cell::RefCell;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::rc::Rc;

pub fn run(context: &mut Context) -> Checked {
    if context.one_in(2) {
        return fork(context);
    }
    context.step(&"forks within a callback");
    let inner = Rc::new(RefCell::new(context.for_thread(0)));
    let callback = Callback::new(move || Ok(fork(&mut inner.borrow_mut())?));
    expect::value(layers::pass(&callback), ())
}

fn fork(context: &mut Context) -> Checked {
    let mut of_child = context.for_thread(1);
    let turn = context.aborts_alone(); // or the child might have the message of an abort that it isn't in
    // SAFETY: the child does what programs do in children that were forked by one of several threads: its work and
    // malloc, which libc has put in order, and nothing that needs a lock of another library's.
    match unsafe { libc::fork() } {
        -1 => Err(format!("fork: {}", io::Error::last_os_error())),
        0 => {
            // SAFETY: kills a child that hangs, before the watch takes this thread for one that does; and ends it at once,
            // without what is registered for the process's end.
            unsafe {
                libc::alarm(30);
                libc::_exit(of_child.work_as_child())
            }
        }
        child => {
            drop(turn);
            wait(child)
        }
    }
}

fn wait(child: libc::pid_t) -> Checked {
    let mut status = 0;
    // SAFETY: a child of this process, and a status to fill.
    while unsafe { libc::waitpid(child, &mut status, 0) } == -1 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(format!("waiting for a forked child: {error}"));
        }
    }
    let status = ExitStatus::from_raw(status);
    if status.success() { Ok(()) } else { Err(format!("a forked child ended: {status}")) }
}

impl Context {
    fn work_as_child(&mut self) -> i32 {
        self.is_forked = true;
        faults::forget_alive(); // those of the frames that the child never goes back to
        match threads::work(self) {
            Ok(()) => 0,
            Err(difference) => {
                self.board.report_violation(&format!("in a forked child: {difference}"));
                1
            }
        }
    }
}
