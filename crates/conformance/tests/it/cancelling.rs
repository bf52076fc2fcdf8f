//! Futures that are dropped, wherever they are.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use usedesk_async::comments::CreateComment;
use usedesk_async::tickets::UpdateTicket;
use usedesk_async::{Attachment, CallEvent, RateLimit, RetryPolicy, Usedesk};

use crate::alone::{self, Holdings};
use crate::asynchronous::cases::wire::{Act, BODY, Server, answer, read};

/// How many calls are dropped, or come to their end before.
const CALLS: u32 = 2_400;

/// How many are on their way at a time.
const AT_A_TIME: u32 = 12;

#[test]
#[cfg(target_os = "linux")]
fn dropped_calls_leave_nothing_behind() {
    let output = alone::run(module_path!(), "drop_thousands_of_calls", &[]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[ignore = "counts threads and files, so it runs in a process of its own, started by the test above"]
fn drop_thousands_of_calls() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let calm = Arc::new(AtomicBool::new(false));
    let server = moody_server(&calm);
    // Reads so late that the buffers on the way are full.
    let stuck = Server::serving(|stream, seen| {
        thread::sleep(Duration::from_millis(300));
        let _ = read(stream, seen);
    });
    let ended = Arc::new(AtomicUsize::new(0));
    let before = Holdings::now();
    let over = Arc::clone(&ended);
    let usedesk = Usedesk::builder("token")
        // By name, since a lookup is what a call can leave behind.
        .base_url(server.url("http").replace("127.0.0.1", "localhost"))
        // One call in a millisecond.
        .rate_limit(RateLimit::per_minute(60_000))
        .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_millis(4)))
        .observer(move |event| {
            if let CallEvent::Finished { .. } = event {
                over.fetch_add(1, Ordering::Relaxed);
            }
        })
        .build()
        .unwrap();

    let tasks: Vec<_> = (0..AT_A_TIME)
        .map(|seed| runtime.spawn(drop_many(usedesk.clone(), seed.into(), CALLS / AT_A_TIME)))
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    let (requests, _) = server.seen();
    let ended = ended.load(Ordering::Relaxed);
    let met = format!("{ended} calls ended, {requests} requests came");
    // Some came to their end, some were sent and dropped then, others before.
    assert!(ended > 0 && (ended..CALLS as usize).contains(&requests), "{met}");

    // The handle is as good as new, and as fast as its pace: places in the line are given back.
    calm.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        let mut in_line: Vec<_> = (0..2_000).map(|_| Box::pin(usedesk.send(update()))).collect();
        for call in &mut in_line {
            polled(call, 1).await;
        }
    });
    let begin = Instant::now();
    let calls: Vec<_> = (0..200).map(|_| runtime.spawn(usedesk.send(update()))).collect();
    for call in calls {
        runtime.block_on(call).unwrap().unwrap();
    }
    let took = begin.elapsed();
    assert!((190..1_000).contains(&took.as_millis()), "{took:?}, and the pace says 200 ms");

    let builder = Usedesk::builder("token").base_url(stuck.url("http"));
    runtime.block_on(async {
        let sending = builder.build().unwrap().send(large_comment(usedesk_async::MAX_FILE_BYTES));
        let limit = Duration::from_millis(100);
        assert!(tokio::time::timeout(limit, sending).await.is_err(), "it fits into the buffers");
    });

    drop(usedesk);
    settles(&runtime, before, &met);
    assert_eq!(stuck.seen(), (0, 1), "dropped in the middle of its body");
}

/// Makes one call after the other and drops each, after so many polls or so long.
async fn drop_many(usedesk: Usedesk, seed: u64, calls: u32) {
    let mut random = fastrand::Rng::with_seed(seed);
    let large = large_comment(1 << 20);
    for _ in 0..calls {
        let (polls, time) = (random.u32(..8), Duration::from_millis(random.u64(1..20)));
        let dropped = if random.u32(..20) == 0 {
            tokio::time::timeout(time / 4, usedesk.send(&large)).await.map(drop)
        } else {
            tokio::time::timeout(time, polled(usedesk.send(update()), polls)).await.map(drop)
        };
        // Or else it was faster.
        let _ = dropped;
    }
}

/// Polls a future so many times at most, and waits no longer then.
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

/// Answers late, with an error, in part or not at all, until it is calm.
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
                    let _ = Act::Say(answer(20, "{")).play(stream, seen);
                    return;
                }
                2 => Act::Say(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".to_vec()),
                3..=5 => {
                    thread::sleep(Duration::from_millis(random.u64(..4)));
                    Act::Say(answer(20, BODY))
                }
                _ => Act::Say(answer(20, BODY)),
            };
            if act.play(stream, seen).is_none() {
                return;
            }
        }
    })
}

/// Waits until there are no tasks, and no more threads and files than before.
fn settles(runtime: &Runtime, before: Holdings, met: &str) {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let (tasks, now) = (runtime.metrics().num_alive_tasks(), Holdings::now());
        if tasks == 0 && now.files <= before.files && now.threads <= before.threads {
            return;
        }
        assert!(Instant::now() < end, "{tasks} tasks, {now}; before: {before}; {met}");
        thread::sleep(Duration::from_millis(20));
    }
}
