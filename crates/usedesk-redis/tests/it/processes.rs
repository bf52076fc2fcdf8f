//! Several processes, each a copy of this program that runs one test.

use std::env;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use test_support::{RedisServer, short_or_long};
use usedesk_blocking::CallEvent;
use usedesk_redis::{RateLimit, SharedLimit};
use usedesk_sandbox::{RateLimit as ServerLimit, Sandbox, ScriptedResponse};

use crate::handle::{Flavor, Handle, Limiter};

/// What a child process does: flavor, URLs of Redis and of the sandbox, calls per handle, rate.
const ORDERS: &str = "USEDESK_REDIS_TEST";

const PROCESSES: usize = 8;
const HANDLES: usize = 5;

/// Runs in each child process only.
#[test]
fn child() {
    let Ok(orders) = env::var(ORDERS) else { return };
    let [flavor, redis, sandbox, calls, per_minute] =
        orders.split(' ').collect::<Vec<_>>().try_into().expect("five words");
    let flavor = if flavor == "async" { Flavor::Async } else { Flavor::Blocking };
    let rate = RateLimit::per_minute(per_minute.parse().expect("a number"));
    // On a busy machine a reply may take longer than the default.
    let limit = SharedLimit::new(rate).timeout(Duration::from_secs(30));
    let limiter = Limiter::new(flavor, redis, limit);
    let handles = [(); HANDLES].map(|()| Handle::new(limiter.clone(), sandbox, "sandbox-token"));
    let calls: usize = calls.parse().expect("a number");
    thread::scope(|scope| {
        for handle in &handles {
            scope.spawn(move || (0..calls).for_each(|_| handle.send().expect("accepted")));
        }
    });
    for handle in handles {
        assert_eq!(handle.notices(), [], "Redis replies");
        let succeeded =
            |event: &CallEvent| matches!(event, CallEvent::Finished { succeeded: true, .. });
        assert_eq!(handle.events().iter().filter(|event| succeeded(event)).count(), calls);
    }
}

/// Lets the processes send this many calls each per handle, and returns how long all took.
fn run(redis: &RedisServer, sandbox: &Sandbox, calls: usize, per_minute: u32) -> Duration {
    let begin = Instant::now();
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| {
            let flavor = if number % 2 == 0 { "async" } else { "blocking" };
            let orders = format!("{flavor} {} {} {calls} {per_minute}", redis.url(), sandbox.url());
            let mut child = Command::new(env::current_exe().expect("this program"));
            child.args(["--exact", "processes::child", "--nocapture"]).env(ORDERS, orders);
            child.stdout(Stdio::null()).spawn().expect("it starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success(), "a process failed");
    }
    begin.elapsed()
}

fn count(calls: usize) -> u32 {
    u32::try_from(PROCESSES * HANDLES * calls).expect("few")
}

#[test]
fn processes_of_both_flavors_keep_one_limit() {
    let test = "processes_of_both_flavors_keep_one_limit";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    // In the long run the server counts fewer requests in a minute than there are calls.
    let (calls, per_minute, server) = short_or_long((8, 9_000, 9_300), (50, 1_850, 1_912));
    let builder = Sandbox::builder().rate_limit(ServerLimit::per_minute(server));
    let sandbox = builder.start().expect("the sandbox starts");
    let took = run(&redis, &sandbox, calls, per_minute);
    let requests = sandbox.requests().len();
    assert_eq!(requests, count(calls) as usize, "no request was rejected and retried");
    let least = Duration::from_secs(60) / per_minute * (count(calls) - 1);
    assert!(took >= least, "{took:?} instead of {least:?}");
}

#[test]
fn all_processes_stop_and_continue() {
    const CALLS: usize = 8;
    const PER_MINUTE: u32 = 9_000;

    let test = "all_processes_stop_and_continue";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    for _ in 0..100 {
        sandbox.script(ScriptedResponse::passthrough());
    }
    sandbox.script(ScriptedResponse::status(429).header("retry-after", "3"));
    let took = run(&redis, &sandbox, CALLS, PER_MINUTE);
    assert_eq!(sandbox.requests().len(), count(CALLS) as usize + 1);
    let least = Duration::from_secs(3) + Duration::from_secs(60) / PER_MINUTE * (count(CALLS) - 1);
    assert!(took >= least, "{took:?} instead of {least:?}");
}
