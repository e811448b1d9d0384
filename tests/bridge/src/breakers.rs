//! Breakers: against a model, and what a model with one thread does not show.

use crate::domains::{FAULTS, RETURNS, THROWS, address, seen_from_cxx};
use backstop::{Breaker, Domain, DomainState, Error, RefusalReason};
use proptest::prelude::*;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

#[backstop::bridge(namespace = "domains", on_torn = "allow")]
mod ffi {
    #[guard(recover = "jump")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[guard(domain = "modelled")]
        #[rust_name = "modelled"]
        fn end_by(how: i32, number: i32) -> Result<i32>;

        #[guard(domain = "probed")]
        #[rust_name = "probed"]
        fn end_by(how: i32, number: i32) -> Result<i32>;
        #[guard(domain = "probed")]
        fn call_back(callback: fn()) -> Result<()>;

        #[guard(domain = "lost")]
        #[rust_name = "lost"]
        fn end_by(how: i32, number: i32) -> Result<i32>;

        #[guard(domain = "budgeted")]
        #[rust_name = "budgeted"]
        fn end_by(how: i32, number: i32) -> Result<i32>;
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// What a call comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Outcome {
    Returned,
    Threw,
    Faulted,
    Refused(RefusalReason),
}

fn outcome(result: Result<i32, Error>) -> Outcome {
    match result {
        Ok(_) => Outcome::Returned,
        Err(Error::Exception(_)) => Outcome::Threw,
        Err(Error::Fault(_)) => Outcome::Faulted,
        Err(Error::Refused(refused)) => Outcome::Refused(refused.reason()),
        Err(other) => panic!("{other}"),
    }
}

/// What the documentation of `Breaker` says, and of `reset`, for one thread.
struct Model {
    breaker: Option<(usize, Duration, Duration)>,
    is_tainted: bool,
    /// When the breaker opened, if it is open.
    opened: Option<Duration>,
    faults: Vec<Duration>,
}

impl Model {
    fn state(&self) -> DomainState {
        match self.opened {
            _ if self.is_tainted => DomainState::Tainted,
            Some(_) => DomainState::Open,
            None => DomainState::Healthy,
        }
    }

    fn close(&mut self) {
        self.opened = None;
        self.faults.clear();
    }

    fn reset(&mut self) {
        if !std::mem::take(&mut self.is_tainted) {
            self.close();
        }
    }

    fn set(&mut self, breaker: Option<(usize, Duration, Duration)>) {
        self.breaker = breaker;
        self.close();
    }

    fn call(&mut self, how: i32, taints: bool, now: Duration) -> Outcome {
        if self.is_tainted {
            return Outcome::Refused(RefusalReason::Tainted);
        }
        if let Some(opened) = self.opened {
            let retry_after = (opened + self.breaker.expect("it is open").2).saturating_sub(now);
            if !retry_after.is_zero() {
                return Outcome::Refused(RefusalReason::Open { retry_after });
            }
        }
        let is_probe = self.opened.is_some();
        match how {
            RETURNS | THROWS => {
                if is_probe {
                    self.close();
                }
                if how == THROWS { Outcome::Threw } else { Outcome::Returned }
            }
            _ => {
                self.faults.push(now);
                let is_too_much = self.breaker.is_some_and(|(faults, window, _)| {
                    self.faults.iter().filter(|fault| now - **fault <= window).count() >= faults
                });
                self.is_tainted = taints;
                if is_probe || is_too_much {
                    self.opened = Some(now);
                }
                Outcome::Faulted
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Call(i32),
    /// By a fault.
    Taint,
    Wait(Duration),
    Reset,
    Set(u32, Duration, Duration),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    let tenths = |most: u64| (0..most).prop_map(|tenths| Duration::from_millis(100 * tenths));
    prop_oneof![
        12 => prop_oneof![
            3 => Just(RETURNS), 1 => Just(THROWS), 6 => Just(FAULTS)
        ].prop_map(Step::Call),
        1 => Just(Step::Taint),
        6 => tenths(12).prop_map(Step::Wait),
        1 => Just(Step::Reset),
        1 => (1..5u32, tenths(15), tenths(12)).prop_map(|(faults, window, cool_down)| {
            Step::Set(faults, window + Duration::from_millis(1), cool_down)
        }),
        1 => Just(Step::Clear),
    ]
}

static NOW: Mutex<Duration> = Mutex::new(Duration::from_secs(100));

fn now() -> Duration {
    *NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls, exceptions, faults, refusals.
fn counts_of(domain: &Domain) -> [u64; 4] {
    let counters = domain.counters();
    assert_eq!((counters.torn(), counters.deadlines()), (counters.faults(), 0));
    [counters.calls(), counters.exceptions(), counters.faults(), counters.refused()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    #[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
    fn does_as_the_model_does(steps in prop::collection::vec(step(), 1..60)) {
        let domain = &ffi::MODELLED;
        domain.reset().unwrap(); // after the last case; the breaker is set anew, too
        let set = |(faults, window, cool_down): (u32, _, _)| {
            domain.set_breaker(Breaker::new(faults, window).cool_down(cool_down).clock(now));
            Some((faults as usize, window, cool_down))
        };
        let breaker = set((3, SECOND, SECOND / 2));
        let mut model = Model { breaker, is_tainted: false, opened: None, faults: Vec::new() };
        let mut counts = counts_of(domain);
        let mut first_fault = None;
        for step in steps {
            match step {
                Step::Call(_) | Step::Taint => {
                    let (how, taints) = if let Step::Call(how) = step { (how, false) } else { (FAULTS, true) };
                    seen_from_cxx::set_on_torn(address(domain), taints);
                    let modelled = model.call(how, taints, now());
                    let result = ffi::modelled(how, 0);
                    if let Err(Error::Fault(fault)) = &result {
                        first_fault.get_or_insert(fault.to_string());
                    }
                    prop_assert_eq!(outcome(result), modelled);
                    match modelled {
                        Outcome::Refused(_) => counts[3] += 1,
                        _ => counts[0] += 1,
                    }
                    counts[1] += u64::from(modelled == Outcome::Threw);
                    counts[2] += u64::from(modelled == Outcome::Faulted);
                }
                Step::Wait(time) => *NOW.lock().unwrap() += time,
                Step::Reset => {
                    domain.reset().unwrap();
                    model.reset();
                    first_fault = None;
                }
                Step::Set(faults, window, cool_down) => {
                    model.set(set((faults, window, cool_down)));
                }
                Step::Clear => {
                    domain.clear_breaker();
                    model.set(None);
                }
            }
            prop_assert_eq!(domain.state(), model.state());
            prop_assert_eq!(domain.first_fault(), first_fault.clone());
            prop_assert_eq!(counts_of(domain), counts);
        }
    }
}

#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn the_message_says_for_how_long_and_why() {
    static TIME: AtomicU64 = AtomicU64::new(0);
    let domain = &ffi::LOST;
    let clock = || Duration::from_millis(TIME.load(Relaxed));
    domain.set_breaker(Breaker::new(2, 60 * SECOND).cool_down(5 * SECOND).clock(clock));
    assert_eq!(outcome(ffi::lost(FAULTS, 0)), Outcome::Faulted);
    let last = ffi::lost(FAULTS, 0).unwrap_err();
    TIME.store(800, Relaxed);
    let refused = ffi::lost(RETURNS, 0).unwrap_err();
    let message = format!(
        "{}: not called, since `{}` is open for another 4.2 s, after 2 faults within 60 s, or until it is reset; the last: {last}",
        refused.site(),
        domain.name()
    );
    assert_eq!(refused.to_string(), message);

    // Let through, but then not made. Others have to wait for another cool-down; this thread makes it next.
    TIME.store(5_800, Relaxed);
    let site = address(refused.site());
    assert!(seen_from_cxx::is_let_through(site));
    assert_eq!(domain.state(), DomainState::Probing);
    let elsewhere = || thread::spawn(move || seen_from_cxx::is_let_through(site)).join().unwrap();
    let message = thread::spawn(|| ffi::lost(RETURNS, 0).unwrap_err().to_string()).join().unwrap();
    assert!(
        message.contains("is open until the one call that is tried has come back, after 2 faults"),
        "{message}"
    );
    assert!(seen_from_cxx::is_let_through(site), "the same thread");
    TIME.store(10_700, Relaxed);
    assert!(!elsewhere());
    TIME.store(10_800, Relaxed);
    assert!(elsewhere(), "after another cool-down");
    assert_eq!(
        outcome(ffi::lost(RETURNS, 0)),
        Outcome::Refused(RefusalReason::Probing),
        "it is too late for that one"
    );
    TIME.store(15_800, Relaxed);
    assert_eq!(outcome(ffi::lost(RETURNS, 0)), Outcome::Returned);
    assert_eq!(domain.state(), DomainState::Healthy);
}

/// Between the thread of the probe and the one that looks at it.
static PROBE: Mutex<Option<(Sender<DomainState>, Receiver<()>)>> = Mutex::new(None);

fn during_the_probe() {
    let (says, hears) = PROBE.lock().unwrap().take().expect("it is called once");
    assert_eq!(outcome(ffi::probed(FAULTS, 0)), Outcome::Faulted, "its own calls are let through");
    says.send(ffi::PROBED.state()).unwrap();
    hears.recv().unwrap();
}

#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn while_a_probe_runs_others_are_refused() {
    static TIME: AtomicU64 = AtomicU64::new(0);
    let domain = &ffi::PROBED;
    let breaker = Breaker::new(1, SECOND).cool_down(SECOND).clock(|| Duration::from_secs(TIME.load(Relaxed)));
    domain.set_breaker(breaker);
    assert_eq!(outcome(ffi::probed(FAULTS, 0)), Outcome::Faulted);
    assert_eq!(domain.state(), DomainState::Open);
    domain.set_breaker(breaker);
    assert_eq!(domain.state(), DomainState::Healthy, "a new breaker is closed");
    assert_eq!(outcome(ffi::probed(FAULTS, 0)), Outcome::Faulted);
    TIME.store(1, Relaxed);

    let ((says, hear), (go, hears)) = (channel(), channel());
    *PROBE.lock().unwrap() = Some((says, hears));
    let probe = thread::spawn(|| ffi::call_back(during_the_probe));
    assert_eq!(hear.recv().unwrap(), DomainState::Probing);
    assert_eq!(outcome(ffi::probed(RETURNS, 0)), Outcome::Refused(RefusalReason::Probing));
    go.send(()).unwrap();
    probe.join().unwrap().unwrap();
    assert_eq!(domain.state(), DomainState::Healthy, "what failed inside it is its own affair");
    domain.clear_breaker();
}

#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn a_budget_is_of_the_last_while() {
    static TIME: AtomicU64 = AtomicU64::new(1000);
    let domain = &ffi::BUDGETED;
    domain.set_breaker(Breaker::new(64, SECOND).clock(|| Duration::from_secs(TIME.load(Relaxed))));
    let ask = |time: u64, window: u64| {
        TIME.store(time, Relaxed);
        let budget = domain.budget(Duration::from_secs(window));
        (budget.span.as_secs(), budget.calls, budget.faults)
    };
    let calls = |how: i32, count: u32| (0..count).for_each(|_| drop(ffi::budgeted(how, 0)));
    assert_eq!(ask(1000, 60), (0, 0, 0), "it is young");
    calls(RETURNS, 9);
    TIME.store(1010, Relaxed);
    calls(FAULTS, 1);
    assert_eq!(ask(1020, 60), (20, 10, 1));
    calls(THROWS, 5);
    assert_eq!(ask(1060, 30), (40, 5, 0), "since the newest note that is old enough");
    assert_eq!(ask(1060, 60), (60, 15, 1));
    calls(RETURNS, 1);
    assert_eq!(ask(1100, 40), (40, 1, 0));
    assert_eq!(domain.budget(Duration::from_secs(100)).ratio(), 1.0 / 16.0);

    // Asked a thousand times, it still knows of an hour ago, and more exactly of a minute.
    (1101..=4700).step_by(3).for_each(|time| assert!(ask(time, 60).0 >= 60));
    let (minute, hour) =
        (domain.budget(60 * SECOND).span.as_secs(), domain.budget(3600 * SECOND).span.as_secs());
    assert!((60..75).contains(&minute) && (3600..=3700).contains(&hour), "{minute} {hour}");
}
