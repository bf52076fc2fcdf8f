//! Prometheus metrics of all calls, made from the handle's events: `cargo run --example async_metrics`.
//!
//! | metric | |
//! | --- | --- |
//! | `http_client_request_duration_seconds` | a histogram of attempts, as OpenTelemetry names it |
//! | `usedesk_retries_total` | a counter of retries |
//! | `usedesk_queue_duration_seconds` | a histogram of waits for the rate limit |
//!
//! Without a token in the environment it uses a sandbox, whose first response is HTTP 503, so that
//! a call is retried; it scrapes itself over HTTP and exits. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it lists the channels of the
//! real service and serves the metrics at this port of this machine until it is stopped:
//!
//! ```text
//! … --example async_metrics -- 9090
//! ```

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::routing::get;
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::task;
use usedesk_async::channels::ListChannels;
use usedesk_async::{CallEvent, QueueReason, RateLimit};
use usedesk_sandbox::ScriptedResponse;

/// `http.client.request.duration`, as Prometheus spells it.
const DURATION: &str = "http_client_request_duration_seconds";
const RETRIES: &str = "usedesk_retries_total";
const QUEUE: &str = "usedesk_queue_duration_seconds";

/// In seconds: those that OpenTelemetry advises.
const BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Records an event. The values of its labels are few, so they make few time series.
fn record(event: &CallEvent) {
    match event {
        CallEvent::Queued { operation, wait, reason, .. } => {
            let reason = if *reason == QueueReason::Stop { "stop" } else { "rate_limit" };
            histogram!(QUEUE, "usedesk.operation" => *operation, "reason" => reason).record(*wait);
        }
        CallEvent::Attempted { operation, attempt, status, error, elapsed, .. } => {
            let status = status.map_or_else(String::new, |status| status.as_str().to_owned());
            let error = error.map_or_else(String::new, |kind| format!("{kind:?}").to_lowercase());
            histogram!(
                DURATION,
                "usedesk.operation" => *operation,
                "http.response.status_code" => status,
                "error.type" => error,
            )
            .record(*elapsed);
            if *attempt > 1 {
                counter!(RETRIES, "usedesk.operation" => *operation).increment(1);
            }
        }
        _ => {}
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = PrometheusBuilder::new().set_buckets(BUCKETS)?.install_recorder()?;
    describe_histogram!(DURATION, Unit::Seconds, "Duration of HTTP client requests.");
    describe_histogram!(QUEUE, Unit::Seconds, "Waits for a slot of the rate limit.");
    describe_counter!(RETRIES, "Attempts after the first one of a call.");

    let (mut builder, sandbox) = examples::async_builder()?;
    if let Some(sandbox) = &sandbox {
        // Half a second between attempts, so that the second call is queued.
        builder = builder.rate_limit(RateLimit::per_minute(120));
        sandbox.script(ScriptedResponse::status(503));
    }
    let usedesk = builder.observer(record).build()?;
    let list = || usedesk.send(ListChannels::new());
    let (channels, _) = tokio::try_join!(list(), list())?;
    println!("{} channels", channels.len());

    let port = env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    println!("Metrics at http://{address}/metrics");
    let app = Router::new().route("/metrics", get(|| async move { metrics.render() }));
    let serving = tokio::spawn(axum::serve(listener, app).into_future());
    if sandbox.is_none() {
        return Ok(serving.await??);
    }
    let scraped = task::spawn_blocking(move || scrape(address)).await??;
    println!("{scraped}");
    for line in [
        r#"usedesk_retries_total{usedesk_operation="list_channels"} 1"#,
        r#"http_client_request_duration_seconds_count{usedesk_operation="list_channels",http_response_status_code="503",error_type="rejected"} 1"#,
        r#"http_client_request_duration_seconds_count{usedesk_operation="list_channels",http_response_status_code="200",error_type=""} 2"#,
        r#"usedesk_queue_duration_seconds_count{usedesk_operation="list_channels",reason="rate_limit"}"#,
    ] {
        assert!(scraped.contains(line), "not found: {line}");
    }
    Ok(())
}

/// Reads the metrics as Prometheus does.
fn scrape(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
