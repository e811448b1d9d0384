//! What operators look at.

use crate::engine::DOMAIN;
use axum::Json;
use axum::http::StatusCode;
use backstop::{DomainState, Status};
use metrics_exporter_prometheus::PrometheusHandle;

pub async fn status() -> String {
    status_where_lua_runs().await.to_string()
}

pub async fn status_json() -> Json<Status> {
    Json(status_where_lua_runs().await)
}

/// A part of it is about the thread that asks.
async fn status_where_lua_runs() -> Status {
    tokio::task::spawn_blocking(backstop::status).await.expect("it doesn't panic")
}

pub async fn metrics(metrics: PrometheusHandle) -> String {
    backstop::publish_metrics();
    metrics.render()
}

/// Whether this process is worth keeping. A breaker closes by itself; a taint that the reset couldn't take away stays.
pub async fn health() -> (StatusCode, &'static str) {
    if DOMAIN.state() == DomainState::Tainted {
        (StatusCode::SERVICE_UNAVAILABLE, "out of order\n")
    } else {
        (StatusCode::OK, "well\n")
    }
}
