//! A transport of your own around the default one: `cargo run --example async_middleware`.
//!
//! It adds a header to each request, counts the results by operation, and appends a line for each
//! attempt to a file. Connections, TLS, timeouts and "not sent" stay those of the default transport.
//!
//! Without a token in the environment it uses a sandbox, whose second response is HTTP 503, so that
//! the call is retried. With `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the
//! international cloud, it lists the channels of the real service.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use usedesk_async::channels::ListChannels;
use usedesk_async::http::{HeaderValue, Request};
use usedesk_async::{
    AttemptInfo, Body, BoxFuture, ExchangeLimits, ExchangeResult, ReqwestTransport, Transport,
};
use usedesk_sandbox::ScriptedResponse;

/// How often each operation ended in which way.
type Counts = Mutex<BTreeMap<(&'static str, String), u32>>;

struct Notes {
    counts: Counts,
    log: Mutex<File>,
}

struct Middleware {
    inner: ReqwestTransport,
    notes: Arc<Notes>,
}

impl Transport for Middleware {
    type Exchange = BoxFuture<ExchangeResult>;
    type Sleep = BoxFuture<()>;

    fn exchange(
        &self,
        mut request: Request<Body>,
        limits: ExchangeLimits,
    ) -> BoxFuture<ExchangeResult> {
        request.headers_mut().insert("x-source", HeaderValue::from_static("billing"));
        let info = request.extensions().get::<AttemptInfo>().copied();
        let started = Instant::now();
        let (exchange, notes) = (self.inner.exchange(request, limits), Arc::clone(&self.notes));
        Box::pin(async move {
            let result = exchange.await;
            if let Some(info) = info {
                notes.add(info, &result, started.elapsed());
            }
            result
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.inner.sleep(duration)
    }
}

impl Notes {
    fn add(&self, info: AttemptInfo, result: &ExchangeResult, took: Duration) {
        let outcome = match result {
            Ok(response) => response.status().as_u16().to_string(),
            Err(error) => match error.partial() {
                Some(partial) => format!("{}, cut short", partial.status().as_u16()),
                None if error.may_be_sent() => "no response".to_owned(),
                None => "not sent".to_owned(),
            },
        };
        let AttemptInfo { operation, call, attempt, .. } = info;
        let line = format!("call {call}, {operation}, attempt {attempt}: {outcome} in {took:?}");
        // A log that cannot be written must not make the call fail.
        let _ = writeln!(self.log.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((operation, outcome)).or_default() += 1;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::temp_dir().join(format!("usedesk-attempts-{}.log", std::process::id()));
    let log = Mutex::new(File::create(&path)?);
    let notes = Arc::new(Notes { counts: Counts::default(), log });
    let shared = Arc::clone(&notes);
    let (builder, sandbox) = examples::async_builder()?;
    let usedesk = builder.wrap_transport(|inner| Middleware { inner, notes: shared }).build()?;

    usedesk.send(ListChannels::new()).await?;
    if let Some(sandbox) = &sandbox {
        sandbox.script(ScriptedResponse::status(503));
    }
    for channel in usedesk.send(ListChannels::new()).await? {
        println!("{} {}", channel.id, channel.name);
    }

    if let Some(sandbox) = &sandbox {
        let marked = sandbox.requests().iter().all(|it| it.header("x-source") == Some("billing"));
        println!("\nEach request that the sandbox received has the header: {marked}");
    }
    for ((operation, outcome), count) in
        &*notes.counts.lock().unwrap_or_else(PoisonError::into_inner)
    {
        println!("{operation}: {outcome}, {count} times");
    }
    println!("\n{}:\n{}", path.display(), std::fs::read_to_string(&path)?);
    Ok(std::fs::remove_file(path)?)
}
