//! Many calls to a server that often fails: nothing grows, and no acknowledged update is lost. `cargo xtask soak` does the same with more calls.

use std::collections::HashSet;
use std::env;
use std::io::{Write, stdout};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use test_support::short_or_long;
use tokio::runtime;
use usedesk_blocking::fields::ListFields;
use usedesk_blocking::tickets::{CreateTicket, UpdateTicket};
use usedesk_blocking::{RetryPolicy, Usedesk};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::isolation::{self, Resources};

/// How many calls there are through each transport, unless `SOAK_CALLS` says otherwise.
fn calls() -> u64 {
    env::var("SOAK_CALLS")
        .map_or_else(|_| short_or_long(600, 3_000), |calls| calls.parse().expect("a number"))
}

/// How many calls are in flight at a time.
const AT_A_TIME: u64 = 8;

/// How many calls a ticket gets: the desk keeps the history of each, and copies it.
const CALLS_PER_TICKET: u64 = 100;

/// How much the memory may grow between a tenth of the calls and the end, in KB.
const MORE_MEMORY: usize = 8 * 1024;

/// How many more open files and threads there may be: one for each call in flight.
const MORE: usize = 8;

#[test]
fn blocking() {
    println!("{}", soak("send_blocking"));
}

#[test]
fn asynchronous() {
    println!("{}", soak("send_asynchronous"));
}

/// Runs the sandbox here and the calls in a process of their own; returns the figures.
fn soak(test: &str) -> String {
    let calls = calls();
    let sandbox = Sandbox::builder().journal_limit(0).start().expect("the sandbox starts");
    let usedesk =
        Usedesk::builder(sandbox.token()).base_url(sandbox.url()).without_rate_limit().build();
    let usedesk = usedesk.expect("valid");
    let tickets: Vec<_> = (0..=calls / CALLS_PER_TICKET)
        .map(|_| usedesk.send(CreateTicket::new("Soak", "Soak").client(901)).expect("made"))
        .map(|ticket| ticket.ticket_id.0)
        .collect();
    // Retries use some of these, so that the last calls do not fail.
    let mut random = fastrand::Rng::with_seed(calls);
    (0..calls).for_each(|_| sandbox.script(response(random.u32(..100))));

    let begin = Instant::now();
    let variables = [
        ("USEDESK_API_TOKEN", sandbox.token()),
        ("USEDESK_BASE_URL", sandbox.url()),
        ("SOAK_CALLS", &calls.to_string()),
        ("SOAK_FIRST_TICKET", &tickets[0].to_string()),
    ];
    let output = isolation::run(module_path!(), test, &variables);
    let took = begin.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let stdout_text = String::from_utf8(output.stdout).expect("text");
    let acknowledged: HashSet<_> =
        stdout_text.lines().filter(|line| line.starts_with("call ")).map(str::to_owned).collect();
    let on_the_desk: HashSet<_> = tickets
        .iter()
        .flat_map(|id| sandbox.ticket(*id).expect("it is there").changes)
        .flat_map(|change| change.data)
        .filter_map(|alteration| alteration.value.as_str().map(str::to_owned))
        .collect();
    let lost: Vec<_> = acknowledged.difference(&on_the_desk).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // Nine of ten calls are updates, and four attempts seldom fail.
    assert!(acknowledged.len() as u64 > calls * 8 / 10, "only {} updates", acknowledged.len());
    let figures = stdout_text.lines().filter(|line| line.starts_with("after ")).collect::<Vec<_>>();
    let acknowledged = acknowledged.len();
    format!("{test}: {calls} calls, {acknowledged} updates, {took:.0?}; {}", figures.join("; "))
}

/// Three of ten fail.
fn response(percent: u32) -> ScriptedResponse {
    match percent {
        0..5 => ScriptedResponse::passthrough().delay(Duration::from_millis(3)),
        5..8 => ScriptedResponse::disconnect(),
        8..11 => ScriptedResponse::disconnect().after_acting(),
        11..14 => ScriptedResponse::passthrough().disconnect_after(5),
        14..18 => ScriptedResponse::status(500).body(r#"{"message":"Server Error"}"#),
        18..21 => ScriptedResponse::status(502).body("<html>Bad gateway</html>").after_acting(),
        21..25 => ScriptedResponse::status(503).header("Retry-After", "0"),
        25..30 => ScriptedResponse::status(429).header("Retry-After", "0"),
        _ => ScriptedResponse::passthrough(),
    }
}

#[test]
#[ignore = "measures its process, so it runs in one of its own, started by the test above"]
fn send_blocking() {
    let usedesk =
        usedesk_blocking::Builder::from_env().unwrap().without_rate_limit().retry_policy(retry());
    let (usedesk, run) = (usedesk.build().unwrap(), Run::from_env());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(number) = run.next() {
                    match run.update(number) {
                        None => drop(usedesk.send(ListFields::new())),
                        Some(update) => Run::note(number, usedesk.send(update).is_ok()),
                    }
                }
            });
        }
    });
    run.check();
}

#[test]
#[ignore = "measures its process, so it runs in one of its own, started by the test above"]
fn send_asynchronous() {
    let usedesk =
        usedesk_async::Builder::from_env().unwrap().without_rate_limit().retry_policy(retry());
    let usedesk = usedesk.build().unwrap();
    let run: &Run = Box::leak(Box::new(Run::from_env()));
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.unwrap();
    let tasks: Vec<_> = (0..AT_A_TIME)
        .map(|_| {
            let usedesk = usedesk.clone();
            runtime.spawn(async move {
                while let Some(number) = run.next() {
                    match run.update(number) {
                        None => drop(usedesk.send(ListFields::new()).await),
                        Some(update) => Run::note(number, usedesk.send(update).await.is_ok()),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    run.check();
}

fn retry() -> RetryPolicy {
    RetryPolicy::default().initial_backoff(Duration::from_millis(2))
}

/// What the calls of one process share.
struct Run {
    calls: u64,
    first_ticket: u64,
    begun: AtomicU64,
    warm: OnceLock<Resources>,
    end: OnceLock<Resources>,
}

impl Run {
    fn from_env() -> Self {
        let number = |name| env::var(name).expect(name).parse().expect("a number");
        Self {
            calls: number("SOAK_CALLS"),
            first_ticket: number("SOAK_FIRST_TICKET"),
            begun: AtomicU64::new(0),
            warm: OnceLock::new(),
            end: OnceLock::new(),
        }
    }

    /// The next call's number; measures when a tenth is through, and before the last.
    fn next(&self) -> Option<u64> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        if number == self.calls / 10 {
            self.warm.get_or_init(Resources::now);
        }
        if number == self.calls - 1 {
            self.end.get_or_init(Resources::now);
        }
        (number < self.calls).then_some(number)
    }

    /// Every tenth call only reads.
    fn update(&self, number: u64) -> Option<UpdateTicket> {
        let ticket = self.first_ticket + number / CALLS_PER_TICKET;
        (!number.is_multiple_of(10)).then(|| UpdateTicket::new(ticket).subject(subject(number)))
    }

    fn note(number: u64, is_ok: bool) {
        if is_ok {
            writeln!(stdout(), "{}", subject(number)).expect("written");
        }
    }

    fn check(&self) {
        let (warm, end) = (self.warm.get().expect("measured"), self.end.get().expect("measured"));
        // On lines of their own, whatever else is written.
        write!(stdout(), "\nafter a tenth {warm}\nafter all {end}\n").expect("written");
        assert!(end.memory_kb <= warm.memory_kb + MORE_MEMORY, "{warm}, then {end}");
        assert!(end.files <= warm.files + MORE, "{warm}, then {end}");
        assert!(end.threads <= warm.threads + MORE, "{warm}, then {end}");
    }
}

/// A subject that no other call has.
fn subject(number: u64) -> String {
    format!("call {number}")
}
