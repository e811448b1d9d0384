use std::fmt::Debug;

/// How the next C++ function that is called on this thread behaves.
#[derive(Clone, Copy, Debug)]
pub enum Mood {
    /// It throws a `std::runtime_error` that says "out of sorts".
    Throwing = 1,
    /// It writes address 0.
    Faulting = 2,
}

impl Mood {
    /// One after the other.
    pub const ALL: [Mood; 2] = [Mood::Throwing, Mood::Faulting];

    /// Chooses for this thread.
    pub fn set(self) {
        unsafe extern "C" {
            safe fn backstop_bridge_tests_mood(mood: i32);
        }
        backstop_bridge_tests_mood(self as i32);
    }
}

/// The error of a bridge, with a guard or without.
pub trait Failure: Debug + Sized {
    /// What the mood's trouble looks like from here, if it can arrive.
    fn expect(mood: Mood) -> Option<fn(&Self)>;
    /// What the exception said.
    fn text(&self) -> String;
}

impl Failure for cxx::Exception {
    fn expect(mood: Mood) -> Option<fn(&Self)> {
        match mood {
            Mood::Throwing => Some(|exception| assert_eq!(exception.what(), "out of sorts")),
            Mood::Faulting => None,
        }
    }

    fn text(&self) -> String {
        self.what().to_owned()
    }
}

impl Failure for backstop::Error {
    fn expect(mood: Mood) -> Option<fn(&Self)> {
        Some(match mood {
            Mood::Throwing => |error| {
                let backstop::Error::Exception(exception) = error else { panic!("{error:?}") };
                assert_eq!(exception.type_name(), "std::runtime_error");
                assert_eq!(exception.what().as_deref(), Some("out of sorts"));
            },
            Mood::Faulting if backstop::support() != backstop::Support::Faults => return None,
            Mood::Faulting => |error| {
                let backstop::Error::Fault(fault) = error else { panic!("{error:?}") };
                assert_eq!(fault.kind(), backstop::FaultKind::NullDereference);
                assert_eq!(fault.signal(), backstop::Signal::SIGSEGV);
                assert_eq!(fault.address(), Some(0));
            },
        })
    }

    fn text(&self) -> String {
        let backstop::Error::Exception(exception) = self else { panic!("{self:?}") };
        exception.what().expect("it says something").into_owned()
    }
}

/// What trouble this result's bridge can report: for [`every_mood!`](crate::every_mood).
pub fn expectation<T, E: Failure>(_: &Result<T, E>, mood: Mood) -> Option<fn(&E)> {
    E::expect(mood)
}

/// Calls a bridge function as it is, then while it throws, then, if it is guarded, while it faults, and after each of
/// these as it is once more.
///
/// ```
/// use backstop_bridge_tests::every_mood;
/// use backstop_bridge_tests::guarded::strings::ffi;
///
/// every_mood!(length = ffi::length("text") => assert_eq!(length, 4));
/// every_mood!(let text = ffi::make("text").unwrap(); bytes = ffi::bytes(&text) => assert_eq!(bytes, 4));
/// ```
#[macro_export]
macro_rules! every_mood {
    (let $prepared:pat = $first:expr; $value:pat = $call:expr => $check:expr) => {{
        let expectations = {
            let $prepared = $first;
            let result = $call;
            let expectations = $crate::Mood::ALL.map(|mood| (mood, $crate::expectation(&result, mood)));
            let $value = result.expect("it is well");
            $check;
            expectations
        };
        for (mood, expectation) in expectations {
            let Some(expectation) = expectation else { continue };
            {
                let $prepared = $first;
                mood.set();
                match $call {
                    Ok(_) => panic!("{mood:?}, and yet it returned"),
                    Err(error) => expectation(&error),
                }
            }
            let $prepared = $first;
            let $value = $call.expect("it is well again");
            $check;
        }
    }};
    ($value:pat = $call:expr => $check:expr) => {
        $crate::every_mood!(let _nothing = false; $value = $call => $check)
    };
}
