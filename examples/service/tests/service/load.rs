//! Many clients, of whom some send poison, and the others are not to notice.

use crate::poison::{CRASHES, HANGS, OVERFLOWS, Poison, THROWS};
use crate::server::{Client, Server};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: u64 = 8;
const POISONS: [Poison; 4] = [THROWS, CRASHES, OVERFLOWS, HANGS];

/// How much resident memory may grow once the service is warm, in bytes.
const GROWTH: u64 = 8 << 20;

/// How many requests were answered as they should be.
#[derive(Clone, Copy, Default)]
struct Answered {
    healthy: u64,
    poisons: [u64; POISONS.len()],
}

impl Answered {
    fn and(self, other: Answered) -> Answered {
        Answered {
            healthy: self.healthy + other.healthy,
            poisons: std::array::from_fn(|kind| self.poisons[kind] + other.poisons[kind]),
        }
    }
}

/// How long the load lasts: 8 s, or what SERVICE_LOAD_SECONDS says.
fn duration() -> Duration {
    let seconds =
        std::env::var("SERVICE_LOAD_SECONDS").map(|text| text.parse().expect("a number of seconds"));
    Duration::from_secs(seconds.unwrap_or(8))
}

#[track_caller]
fn check_healthy(client: &Client, number: u64) {
    let script = format!("local n = {number} return {{2 * n, ('<%d>'):format(n), #('x'):rep(n % 1000)}}");
    let json = format!(r#"[{},"<{number}>",{}]"#, 2 * number, number % 1000);
    let answer = client.run_in_the_end(&script);
    assert_eq!((answer.status, answer.body), (200, json));
}

/// One client until `end`: of each 100 requests, one of each poison.
fn load(client: &Client, first: u64, end: Instant) -> Answered {
    let mut answered = Answered::default();
    let numbers = (first..).take_while(|_| Instant::now() < end);
    for number in numbers {
        let kind = (number * 37 % 100) as usize; // spread them
        if let Some(poison) = POISONS.get(kind) {
            let answer = client.run_in_the_end(poison.script);
            assert_eq!(answer.status, poison.status, "{}: {}", poison.script, answer.body);
            answered.poisons[kind] += 1;
        } else {
            check_healthy(client, number);
            answered.healthy += 1;
        }
        thread::sleep(Duration::from_millis(20));
    }
    answered
}

#[test]
fn healthy_requests_do_not_notice_the_poisoned_ones() {
    let server = Server::start("load");
    let (start, end) = (Instant::now(), Instant::now() + duration());
    let (mut warm, mut most) = (u64::MAX, 0);
    let answered = thread::scope(|scope| {
        let clients = (0..CLIENTS).map(|number| (server.client(), number * 1_000_013));
        let clients: Vec<_> =
            clients.map(|(client, first)| scope.spawn(move || load(&client, first, end))).collect();
        thread::sleep(start + duration() / 2 - Instant::now());
        warm = server.resident();
        while Instant::now() < end {
            most = most.max(server.resident());
            thread::sleep(Duration::from_millis(100));
        }
        let each = clients.into_iter().map(|client| client.join().expect("its requests were answered"));
        each.fold(Answered::default(), Answered::and)
    });
    let [thrown, crashed, overflowed, hung] = answered.poisons;
    println!("{} healthy; {:?} poisoned; {warm} to {most} bytes", answered.healthy, answered.poisons);
    assert!(answered.healthy > 100 && answered.poisons.iter().all(|&count| count > 0));
    assert!(most < warm + GROWTH, "from {warm} to {most} bytes");

    // What the service says of itself is what was sent to it.
    let client = server.client();
    let of_domain = |name| client.metric(name, r#"domain="service::engine::ffi""#);
    let ended = crashed + overflowed + hung;
    assert_eq!(of_domain("backstop_exceptions_total"), thrown);
    assert_eq!(client.metric("backstop_faults_total", r#"kind="NullDereference""#), crashed);
    assert_eq!(client.metric("backstop_faults_total", r#"kind="StackOverflow""#), overflowed);
    assert_eq!(of_domain("backstop_faults_total"), crashed + overflowed);
    assert_eq!(of_domain("backstop_deadlines_total"), hung);
    assert_eq!(of_domain("backstop_torn_total"), ended);
    assert_eq!(server.log().lines().filter(|line| line.starts_with("incident ")).count() as u64, ended);
    let domain = &client.status()["domains"][0];
    let resets = domain["counters"]["resets"].as_u64().expect("a number");
    assert!(0 < resets && resets <= ended, "{resets}");
    assert_eq!(of_domain("backstop_calls_total"), answered.healthy + thrown + ended + resets); // each tries an interpreter
    assert_eq!(domain["state"], "healthy");
    assert_eq!(client.get("/health").status, 200);
    assert!(server.end().success());
}

#[test]
fn a_burst_of_crashes_opens_the_breaker_and_healthy_requests_are_answered_in_the_end() {
    let server = Server::start("burst");
    let is_over = AtomicBool::new(false);
    let in_burst = |_: &u64| !is_over.load(Ordering::Relaxed);
    thread::scope(|scope| {
        for first in [1000, 2000] {
            let client = server.client();
            scope.spawn(move || {
                (first..).take_while(in_burst).for_each(|number| check_healthy(&client, number))
            });
        }
        let attackers = [(); 4].map(|()| scope.spawn(|| crash_until_refused(&server.client())));
        let waits = attackers.map(|attacker| attacker.join());
        is_over.store(true, Ordering::Relaxed);
        for wait in waits {
            assert_eq!(wait.expect("it was answered"), Duration::from_secs(1));
        }
    });
    let client = server.client();
    check_healthy(&client, 0);
    assert_eq!(client.status()["domains"][0]["state"], "healthy");
    assert!(server.end().success());
}

/// Answers how long it was told to wait.
fn crash_until_refused(client: &Client) -> Duration {
    let refusal =
        (0..1000).map(|_| client.run(CRASHES.script)).find(|answer| answer.status != CRASHES.status);
    let refusal = refusal.expect("the breaker opens some time");
    assert_eq!(refusal.status, 503, "{}", refusal.body);
    refusal.retry_after.expect("it says when it closes")
}
