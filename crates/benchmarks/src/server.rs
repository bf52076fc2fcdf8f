//! A server that costs as little as possible, so that the client's cost is measured.

use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{Router, post};
use axum::serve::ListenerExt;
use axum::{Form, serve};
use bytes::Bytes;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::{runtime, task};
use usedesk_core::PAGE_SIZE;

use crate::decode;

/// Serves until standard input ends, so that no server outlives the program that started it, and
/// gives how many connections were opened. The list of tickets has so many pages.
///
/// # Errors
///
/// When it cannot listen.
pub fn run(pages: u64, announce: impl FnOnce(String)) -> io::Result<usize> {
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = Arc::clone(&connections);
    runtime::Builder::new_current_thread().enable_io().build()?.block_on(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let listener = listener.tap_io(move |stream| {
            connections.fetch_add(1, Ordering::Relaxed);
            // Without it the server would only be slower.
            drop(stream.set_nodelay(true));
        });
        let routes = Router::new()
            .route("/update/ticket", post(update))
            .route("/tickets", post(list))
            .route("/create/ticket", post(create))
            .with_state(rendered(pages));
        announce(url);
        let end = task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
        serve(listener, routes).with_graceful_shutdown(async { drop(end.await) }).await
    })?;
    Ok(opened.load(Ordering::Relaxed))
}

type Pages = Arc<Vec<Bytes>>;

/// Written before the first request. No two have a ticket in common: pagination ends at a page that
/// it has seen.
fn rendered(pages: u64) -> Pages {
    let first = (0..pages).map(|page| page * PAGE_SIZE as u64 + 1);
    Arc::new(first.map(|id| decode::page(id).to_string().into()).collect())
}

/// Takes the body whole, as a server must.
async fn update(_: Bytes) -> impl IntoResponse {
    json(Bytes::from_static(br#"{"status":"success"}"#))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    offset: usize,
}

async fn list(
    State(pages): State<Pages>,
    Form(Asked { offset }): Form<Asked>,
) -> impl IntoResponse {
    json(pages.get(offset).cloned().unwrap_or(Bytes::from_static(b"[]")))
}

/// Keeps nothing of a file.
async fn create(mut body: Body) -> impl IntoResponse {
    while poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.is_some() {}
    json(Bytes::from_static(br#"{"status":"success","ticket_id":4501}"#))
}

fn json(body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}
