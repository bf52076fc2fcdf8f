//! Futures that are dropped in every state.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use test_support::{short_or_long, until};
use tokio::runtime::{Builder, Runtime};
use usedesk_async::comments::CreateComment;
use usedesk_async::tickets::UpdateTicket;
use usedesk_async::{Attachment, CallEvent, RateLimit, RetryPolicy, Usedesk};

use crate::asynchronous::cases::wire::{Act, BODY, Server, read, response};
use crate::asynchronous::drop_when;
use crate::isolation::{self, Resources};

/// How many calls are in flight at a time.
const AT_A_TIME: u32 = 12;

#[test]
#[cfg(target_os = "linux")]
fn dropped_calls_leave_nothing_behind() {
    let output = isolation::run(module_path!(), "drop_thousands_of_calls", &[]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[ignore = "counts threads and files, so it runs in a process of its own, started by the test above"]
fn drop_thousands_of_calls() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // How many calls are dropped, unless they finish before.
    let calls = short_or_long(600, 2_400);
    let calm = Arc::new(AtomicBool::new(false));
    let server = moody_server(&calm);
    let stuck = StuckServer::start();
    let finished = Arc::new(AtomicUsize::new(0));
    let longest_wait = Arc::new(AtomicU64::new(0));
    let before = Resources::now();
    let (counter, longest) = (Arc::clone(&finished), Arc::clone(&longest_wait));
    let usedesk = Usedesk::builder("token")
        // By name, since a lookup is what a call can leave behind.
        .base_url(server.url("http").replace("127.0.0.1", "localhost"))
        // One call in a millisecond.
        .rate_limit(RateLimit::per_minute(60_000))
        .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_millis(4)))
        .observer(move |event| match event {
            CallEvent::Finished { .. } => drop(counter.fetch_add(1, Ordering::Relaxed)),
            CallEvent::Queued { wait, .. } => {
                let milliseconds = wait.as_millis().try_into().unwrap_or(u64::MAX);
                longest.fetch_max(milliseconds, Ordering::Relaxed);
            }
            _ => {}
        })
        .build()
        .unwrap();

    let tasks: Vec<_> = (0..AT_A_TIME)
        .map(|seed| runtime.spawn(drop_many(usedesk.clone(), seed.into(), calls / AT_A_TIME)))
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    let (requests, _) = server.seen();
    let finished = finished.load(Ordering::Relaxed);
    let met = format!("{finished} calls finished, {requests} requests arrived");
    // Some finished, some were dropped after they were sent, others before.
    assert!(finished > 0 && (finished..calls as usize).contains(&requests), "{met}");

    // The handle is as good as new, and dropped calls gave their slots back: 2,000 kept slots would
    // make a call wait for two seconds.
    calm.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        let mut queued: Vec<_> = (0..2_000).map(|_| Box::pin(usedesk.send(update()))).collect();
        for call in &mut queued {
            polled(call, 1).await;
        }
    });
    assert!(longest_wait.swap(0, Ordering::Relaxed) > 0, "no call was queued");
    let calls: Vec<_> = (0..200).map(|_| runtime.spawn(usedesk.send(update()))).collect();
    for call in calls {
        runtime.block_on(call).unwrap().unwrap();
    }
    let longest_wait = longest_wait.load(Ordering::Relaxed);
    // A wait depends on the slots before it alone. On a busy machine it is shorter, not longer.
    assert!(longest_wait < 1_000, "a call was queued for {longest_wait} ms");

    drop_within_a_body(&runtime, stuck);
    drop(usedesk);
    settles(&runtime, before, &met);
}

/// A server that reads a request only after the client dropped it.
struct StuckServer {
    server: Server,
    /// Whether a request has begun to arrive.
    has_begun: Arc<AtomicBool>,
    /// To be dropped after the call.
    call: mpsc::Sender<()>,
}

impl StuckServer {
    fn start() -> Self {
        let (call, is_dropped) = mpsc::channel();
        let is_dropped = Mutex::new(is_dropped);
        let has_begun = Arc::new(AtomicBool::new(false));
        let begun = Arc::clone(&has_begun);
        let server = Server::serving(move |stream, seen| {
            let _ = stream.peek(&mut [0]);
            begun.store(true, Ordering::SeqCst);
            let _ = is_dropped.lock().expect("no panic").recv();
            let _ = read(stream, seen);
        });
        Self { server, has_begun, call }
    }
}

/// Drops a call in the middle of its body.
fn drop_within_a_body(runtime: &Runtime, stuck: StuckServer) {
    let StuckServer { server, has_begun, call } = stuck;
    let usedesk = Usedesk::builder("token").base_url(server.url("http")).build().expect("valid");
    // More than fits into the buffers on the way.
    let sending = usedesk.send(large_comment(usedesk_async::MAX_FILE_BYTES));
    runtime.block_on(drop_when(sending, || has_begun.load(Ordering::SeqCst)));
    drop(call);
    until("the server reads a part of the request", || server.seen() == (0, 1));
}

/// Makes one call after the other and drops most of them, after some polls or milliseconds.
async fn drop_many(usedesk: Usedesk, seed: u64, calls: u32) {
    let mut random = fastrand::Rng::with_seed(seed);
    let large = large_comment(1 << 20);
    for _ in 0..calls {
        let (polls, time) = (random.u32(..8), Duration::from_millis(random.u64(1..20)));
        // What is dropped may have finished before.
        match random.u32(..20) {
            0 => drop(tokio::time::timeout(time / 4, usedesk.send(&large)).await),
            1 => drop(usedesk.send(update()).await),
            _ => drop(tokio::time::timeout(time, polled(usedesk.send(update()), polls)).await),
        }
    }
}

/// Polls a future up to `polls` times.
async fn polled<T>(future: impl Future<Output = T>, mut polls: u32) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| {
        if polls > 0 {
            polls -= 1;
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
        }
        if polls > 0 { Poll::Pending } else { Poll::Ready(None) }
    })
    .await
}

fn large_comment(bytes: usize) -> CreateComment {
    let file = Attachment::from_bytes("large.bin", vec![b'x'; bytes]);
    CreateComment::private(4501, "Hi").attach(file)
}

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("Letter")
}

/// Responds late, with an error, in part or not at all, until it is calm.
fn moody_server(calm: &Arc<AtomicBool>) -> Server {
    let (calm, connections) = (Arc::clone(calm), AtomicUsize::new(0));
    Server::serving(move |stream, seen| {
        let seed = connections.fetch_add(1, Ordering::Relaxed) as u64;
        let mut random = fastrand::Rng::with_seed(seed);
        while read(stream, seen).is_some() {
            let mood = if calm.load(Ordering::SeqCst) { 9 } else { random.u32(..10) };
            let act = match mood {
                0 => return,
                1 => {
                    let _ = Act::Write(response(20, "{")).play(stream, seen);
                    return;
                }
                2 => Act::Write(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".to_vec()),
                3..=5 => {
                    thread::sleep(Duration::from_millis(random.u64(..4)));
                    Act::Write(response(20, BODY))
                }
                _ => Act::Write(response(20, BODY)),
            };
            if act.play(stream, seen).is_none() {
                return;
            }
        }
    })
}

/// Waits until there are no tasks, and no more threads and files than before.
fn settles(runtime: &Runtime, before: Resources, met: &str) {
    until(&format!("no more than {before}; {met}"), || {
        let (tasks, now) = (runtime.metrics().num_alive_tasks(), Resources::now());
        tasks == 0 && now.files <= before.files && now.threads <= before.threads
    });
}
