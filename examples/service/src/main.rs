//! A service that runs scripts which strangers send: `cargo run -p service -- 127.0.0.1:8080`
//!
//! Lua is called on a few threads of its own, under guards: what a script makes of it is the answer to that request.

mod engine;
mod pages;
mod scripts;

use axum::Router;
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::error::Error;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into());
    engine::prepare();
    let metrics = PrometheusBuilder::new().install_recorder()?;
    let router = Router::new()
        .route("/run", post(scripts::run))
        .route("/status", get(pages::status))
        .route("/status.json", get(pages::status_json))
        .route("/health", get(pages::health))
        .route("/metrics", get(move || pages::metrics(metrics)));
    runtime::Builder::new_multi_thread()
        .max_blocking_threads(4) // which call Lua; more requests than that wait in a queue
        .enable_all()
        .build()?
        .block_on(serve(&address, router))
}

async fn serve(address: &str, router: Router) -> Result<(), Box<dyn Error>> {
    let mut termination = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            termination.recv().await;
        })
        .await?;
    Ok(())
}
