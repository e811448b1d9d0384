//! `POST /run`: the body is a script, the answer what it returns, as JSON.

use crate::engine;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use backstop::{Error, RefusalReason};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a request waits while Lua is put in order for another one's sake.
const PATIENCE: Duration = Duration::from_millis(500);

pub async fn run(script: Bytes) -> Response {
    let answer = tokio::task::spawn_blocking(move || match attempt(&script) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => failure(&error),
    });
    answer.await.expect("nothing here panics")
}

fn attempt(script: &[u8]) -> Result<String, Error> {
    let start = Instant::now();
    loop {
        let result = engine::run(script);
        match &result {
            Err(Error::Refused(refused))
                if refused.reason() == RefusalReason::Tainted && start.elapsed() < PATIENCE =>
            {
                thread::sleep(Duration::from_millis(1));
            }
            Err(Error::Fault(_) | Error::Deadline(_)) => {
                engine::put_in_order();
                return result;
            }
            _ => return result,
        }
    }
}

fn failure(error: &Error) -> Response {
    match error {
        // The script's own mistake, which its author is to read.
        Error::Exception(e) => {
            let text = e.what().unwrap_or_default();
            (StatusCode::UNPROCESSABLE_ENTITY, format!("{text}\n")).into_response()
        }
        Error::Refused(refused) => {
            let wait = match refused.reason() {
                RefusalReason::Open { retry_after } => retry_after.as_secs_f64().ceil() as u64,
                _ => 1,
            };
            let headers = [(header::RETRY_AFTER, wait.max(1).to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, headers, "come back later\n").into_response()
        }
        Error::Deadline(_) => incident(StatusCode::GATEWAY_TIMEOUT, "the script took too long", error),
        _ => incident(StatusCode::INTERNAL_SERVER_ERROR, "the script crashed", error),
    }
}

/// The whole story is for the log. The client gets the number that it is found by, and nothing of our addresses.
fn incident(status: StatusCode, what: &str, error: &Error) -> Response {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    eprintln!("incident {number}: {error:#}");
    (status, format!("{what}: incident {number}\n")).into_response()
}
