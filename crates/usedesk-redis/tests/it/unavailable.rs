//! Redis that is away, silent, full or of others.

use std::collections::BTreeSet;
use std::future;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use test_support::{RedisServer, closed_port, ends, until};
use usedesk_blocking::SharedLimitNotice;
use usedesk_blocking::shared_limit::{SharedRateLimiter, SlotKind, SlotLimit, SlotRequest};
use usedesk_redis::redis::aio::MultiplexedConnection;
use usedesk_redis::redis::{Client, Connection, RedisResult, cmd};
use usedesk_redis::{RateLimit, SharedLimit, aio, blocking};
use usedesk_sandbox::Sandbox;

use crate::handle::{FLAVORS, Flavor, Handle, Limiter, RUNTIME};

/// A call every 50 ms, and every 200 ms without Redis.
fn limit() -> SharedLimit {
    SharedLimit::new(RateLimit::per_minute(1_200)).fallback(RateLimit::per_minute(300))
}

/// On a busy machine Redis may take longer than the default timeout.
fn patient() -> SharedLimit {
    limit().timeout(Duration::from_secs(30))
}

fn handle(flavor: Flavor, redis: &str, limit: SharedLimit, sandbox: &Sandbox) -> Handle {
    Handle::new(Limiter::new(flavor, redis, limit), sandbox.url(), sandbox.token())
}

/// Sends calls at the rate of the fallback, and returns why Redis did not reply.
fn continues_at_the_fallback(flavor: Flavor, redis: &str, limit: SharedLimit) -> String {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let handle = handle(flavor, redis, limit, &sandbox);
    let begin = Instant::now();
    ends("calls without Redis", || {
        for _ in 0..6 {
            handle.send().expect("accepted");
        }
    });
    let took = begin.elapsed();
    assert!(took >= 5 * Duration::from_millis(200), "{flavor:?}: {took:?}");
    let [SharedLimitNotice::Unavailable { reason, has_fallback: true }] = &handle.notices()[..]
    else {
        panic!("{flavor:?}: {:?}", handle.notices())
    };
    reason.clone()
}

/// Fails without sending.
fn fails_without_a_fallback(flavor: Flavor, redis: &str, limit: SharedLimit) {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let handle = handle(flavor, redis, limit.without_fallback(), &sandbox);
    for _ in 0..2 {
        let error = ends("a call without Redis", || handle.send()).expect_err("no slot");
        assert!(!error.may_have_acted(), "{error}");
        assert!(error.to_string().contains("the shared rate limiter is unavailable"), "{error}");
    }
    assert!(sandbox.requests().is_empty());
}

#[test]
fn redis_that_does_not_run() {
    let url = format!("redis://127.0.0.1:{}/", closed_port());
    for flavor in FLAVORS {
        continues_at_the_fallback(flavor, &url, patient());
        fails_without_a_fallback(flavor, &url, patient());
    }
}

#[test]
fn redis_that_accepts_and_never_replies() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("redis://{}/", listener.local_addr().expect("a bound address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || stream.map(|mut stream| stream.read_to_end(&mut Vec::new())));
        }
    });
    for flavor in FLAVORS {
        continues_at_the_fallback(flavor, &url, limit());
        fails_without_a_fallback(flavor, &url, limit());
    }
}

/// A name lookup may take as long as the operating system takes.
#[test]
fn connecting_that_never_ends_holds_no_call() {
    let request = SlotRequest::new(SlotKind::FirstAttempt, SlotLimit::new(1, 1));
    let connect = |_| -> RedisResult<Connection> {
        loop {
            thread::park();
        }
    };
    let limiter = blocking::RedisRateLimiter::with_connect(connect, "key", limit());
    let error = ends("a blocking request", || limiter.reserve(request)).expect_err("no reply");
    assert_eq!(error.to_string(), "no reply within 100ms");
    let connect = |_| future::pending::<RedisResult<MultiplexedConnection>>();
    let limiter = aio::RedisRateLimiter::with_connect(connect, "key", limit());
    let reply = ends("an async request", || RUNTIME.block_on(limiter.reserve(request)));
    assert_eq!(reply.expect_err("no reply").to_string(), "no reply within 100ms");
}

/// With TLS of the operating system a handshake has no timeout.
#[test]
fn connecting_that_hangs_is_replaced() {
    let test = "connecting_that_hangs_is_replaced";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    for flavor in FLAVORS {
        let client = Client::open(redis.url()).expect("a URL");
        let is_first = AtomicBool::new(true);
        let is_first = move || is_first.swap(false, Ordering::Relaxed);
        let limiter = match flavor {
            Flavor::Async => {
                let connect = move |_| {
                    let (client, is_first) = (client.clone(), is_first());
                    async move {
                        if is_first {
                            future::pending::<()>().await;
                        }
                        client.get_multiplexed_async_connection().await
                    }
                };
                Limiter::Async(aio::RedisRateLimiter::with_connect(connect, "key", limit()))
            }
            Flavor::Blocking => {
                let connect = move |_| {
                    if is_first() {
                        loop {
                            thread::park();
                        }
                    }
                    client.get_connection()
                };
                Limiter::Blocking(blocking::RedisRateLimiter::with_connect(connect, "key", limit()))
            }
        };
        let handle = Handle::new(limiter, sandbox.url(), sandbox.token());
        handle.send().expect("accepted");
        assert!(matches!(handle.notices()[..], [SharedLimitNotice::Unavailable { .. }]));
        until_redis_replies(&handle);
    }
}

#[test]
fn redis_with_another_password() {
    let test = "redis_with_another_password";
    let Some(redis) = RedisServer::start(test, &["--requirepass", "secret"]) else { return };
    let wrong = redis.url().replace("redis://", "redis://:wr0ngp4ss@");
    for flavor in FLAVORS {
        let reason = continues_at_the_fallback(flavor, &wrong, patient());
        assert!(reason.contains("Authentication"), "{reason}");
        assert!(!reason.contains("wr0ngp4ss"), "{reason}");
        let reason = continues_at_the_fallback(flavor, &redis.url(), patient());
        // How it says so depends on the version of Redis.
        assert!(reason.to_lowercase().contains("auth"), "{reason}");
    }
}

#[test]
fn redis_without_memory() {
    let options = ["--maxmemory", "1", "--maxmemory-policy", "noeviction"];
    let Some(redis) = RedisServer::start("redis_without_memory", &options) else { return };
    for flavor in FLAVORS {
        let reason = continues_at_the_fallback(flavor, &redis.url(), patient());
        assert!(reason.contains("OOM"), "{reason}");
    }
}

#[test]
fn a_connection_that_redis_has_closed_is_replaced() {
    let test = "a_connection_that_redis_has_closed_is_replaced";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    for flavor in FLAVORS {
        let handle = handle(flavor, &redis.url(), patient(), &sandbox);
        handle.send().expect("accepted");
        let mut other = Client::open(redis.url()).expect("a URL");
        let kill = cmd("CLIENT").arg("KILL").arg("TYPE").arg("normal").query::<u32>(&mut other);
        assert!(kill.is_ok_and(|killed| killed > 0), "{flavor:?}");
        handle.send().expect("accepted");
        assert_eq!(handle.notices(), []);
    }
}

/// What it replies late must not pass for the reply to a later request.
#[test]
fn a_connection_that_timed_out_is_replaced() {
    let test = "a_connection_that_timed_out_is_replaced";
    let sandbox = Sandbox::start().expect("the sandbox starts");
    for flavor in FLAVORS {
        let Some(redis) = RedisServer::start(test, &[]) else { return };
        let mut other = Client::open(redis.url()).expect("a URL");
        let handle = handle(flavor, &redis.url(), limit(), &sandbox);
        until_redis_replies(&handle);
        let before = connections(&mut other);
        cmd("CLIENT").arg("PAUSE").arg(2_000).exec(&mut other).expect("paused");
        handle.send().expect("accepted");
        let last = handle.notices().pop();
        assert!(matches!(last, Some(SharedLimitNotice::Unavailable { .. })), "{last:?}");
        until_redis_replies(&handle);
        let after = connections(&mut other);
        assert!(after.is_disjoint(&before), "{flavor:?}: {before:?}, then {after:?}");
    }
}

/// Sends calls until one gets its slot from Redis.
fn until_redis_replies(handle: &Handle) {
    until("Redis replies", || {
        handle.send().expect("accepted");
        !matches!(handle.notices().last(), Some(SharedLimitNotice::Unavailable { .. }))
    });
}

/// The ids of all connections to Redis.
fn connections(client: &mut Client) -> BTreeSet<String> {
    let list: String = cmd("CLIENT").arg("LIST").query(client).expect("a list");
    let ids = list.lines().filter_map(|line| line.split(' ').next());
    ids.map(str::to_owned).collect()
}

#[test]
fn redis_is_used_again_after_a_restart() {
    let test = "redis_is_used_again_after_a_restart";
    let Some(mut redis) = RedisServer::start(test, &[]) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    for flavor in FLAVORS {
        let handle = handle(flavor, &redis.url(), patient(), &sandbox);
        handle.send().expect("accepted");
        assert_eq!(handle.notices(), []);
        redis.kill();
        handle.send().expect("accepted");
        assert!(matches!(handle.notices()[..], [SharedLimitNotice::Unavailable { .. }]));
        redis.restart();
        until_redis_replies(&handle);
    }
}
