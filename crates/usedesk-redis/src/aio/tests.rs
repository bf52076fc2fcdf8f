//! Requests that share a connection, and calls that have given up.

use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use redis::{Cmd, ErrorKind, Pipeline, RedisFuture, Value};
use tokio::sync::Notify;
use usedesk_core::RateLimit;
use usedesk_core::shared_limit::{SlotKind, SlotLimit};

use super::*;

/// What happens to a command.
enum Scripted {
    Succeeds,
    Fails,
    /// Fails once it is told to.
    FailsLater(Arc<Notify>),
}

/// A connection whose commands do what is scripted, and succeed afterwards.
#[derive(Clone, Default)]
struct Mock {
    commands: Arc<StdMutex<Vec<Scripted>>>,
    count: Arc<AtomicUsize>,
}

impl ConnectionLike for Mock {
    fn req_packed_command<'a>(&'a mut self, _: &'a Cmd) -> RedisFuture<'a, Value> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let scripted = self.commands.lock().expect("no panic").pop();
        Box::pin(async move {
            match scripted.unwrap_or(Scripted::Succeeds) {
                Scripted::Succeeds => {
                    return Ok(Value::Array([0, 0, 0, 0, 0, 1, 1].map(Value::Int).to_vec()));
                }
                Scripted::Fails => {}
                Scripted::FailsLater(told) => told.notified().await,
            }
            Err((ErrorKind::Client, "no reply").into())
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        _: &'a Pipeline,
        _: usize,
        _: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn get_db(&self) -> i64 {
        0
    }
}

fn request(timeout: Duration) -> SlotRequest {
    let mut request = SlotRequest::new(SlotKind::FirstAttempt, SlotLimit::new(1, 1));
    request.timeout = timeout;
    request
}

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_late_failure_does_not_close_a_later_connection() {
    let told = Arc::new(Notify::new());
    let (first, connections) = (Mock::default(), Arc::new(AtomicUsize::new(0)));
    // The last one is first.
    first
        .commands
        .lock()
        .expect("no panic")
        .extend([Scripted::Fails, Scripted::FailsLater(Arc::clone(&told))]);
    let counted = Arc::clone(&connections);
    let connect = move |_| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let connection = if number == 0 { first.clone() } else { Mock::default() };
        async move { Ok(connection) }
    };
    let limiter = RedisRateLimiter::with_connect(connect, "key", RateLimit::steady());
    let late = tokio::spawn(limiter.reserve(request(LONG)));
    while connections.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    limiter.reserve(request(LONG)).await.expect_err("the connection fails");
    limiter.reserve(request(LONG)).await.expect("another connection");
    told.notify_one();
    late.await.expect("no panic").expect_err("the connection fails");
    limiter.reserve(request(LONG)).await.expect("the same connection");
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_call_that_gave_up_does_not_connect() {
    let (told, connections) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let (counted, waits) = (Arc::clone(&connections), Arc::clone(&told));
    let connect = move |_| {
        let (number, waits) = (counted.fetch_add(1, Ordering::Relaxed), Arc::clone(&waits));
        async move {
            if number == 0 {
                waits.notified().await;
            }
            RedisResult::<Mock>::Err((ErrorKind::Io, "no connection").into())
        }
    };
    let limiter = RedisRateLimiter::with_connect(connect, "key", RateLimit::steady());
    let connecting = tokio::spawn(limiter.reserve(request(LONG)));
    while connections.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    limiter.reserve(request(SHORT)).await.expect_err("it waits for the connection");
    told.notify_one();
    connecting.await.expect("no panic").expect_err("no connection");
    limiter.reserve(request(LONG)).await.expect_err("no connection");
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_call_that_gave_up_does_not_ask() {
    let (told, mock) = (Arc::new(Notify::new()), Mock::default());
    let (waits, connection) = (Arc::clone(&told), mock.clone());
    let connect = move |_| {
        let (waits, connection) = (Arc::clone(&waits), connection.clone());
        async move {
            waits.notified().await;
            Ok(connection)
        }
    };
    let limiter = RedisRateLimiter::with_connect(connect, "key", RateLimit::steady());
    limiter.reserve(request(SHORT)).await.expect_err("it waits for the connection");
    told.notify_one();
    limiter.reserve(request(LONG)).await.expect("the same connection");
    assert_eq!(mock.count.load(Ordering::Relaxed), 1);
}
