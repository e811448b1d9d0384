//! Functions that answer later, by a channel: what the guide has in place of `async`.

use std::sync::mpsc::Sender;

/// Where the answer is to go; of Rust.
pub struct Answer(pub Sender<i32>);

/// The bridge.
#[backstop::bridge(namespace = "guarded::tasks")]
pub mod ffi {
    extern "Rust" {
        type Answer;
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/tasks.h");

        /// A thread of C++, which is waited for as this goes.
        type Task;

        /// Begins, or drops the answer.
        fn square(number: i32, done: fn(Box<Answer>, i32), answer: Box<Answer>) -> Result<UniquePtr<Task>>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, ffi};
    use crate::{Mood, every_mood};
    use std::sync::mpsc::{RecvError, channel};

    const SEND: fn(Box<Answer>, i32) = |answer, square| answer.0.send(square).expect("somebody waits");

    #[test]
    fn answer_later() {
        let (sender, receiver) = channel();
        let answer = || Box::new(Answer(sender.clone()));
        every_mood!(_task = ffi::square(12, SEND, answer()) => assert_eq!(receiver.recv(), Ok(144)));
    }

    #[test]
    fn drop_the_answer_if_they_fail() {
        let (sender, receiver) = channel();
        Mood::Throwing.set();
        assert!(ffi::square(12, SEND, Box::new(Answer(sender))).is_err());
        assert_eq!(receiver.recv(), Err(RecvError));
    }
}
