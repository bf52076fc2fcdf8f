//! The example `worker`, in processes that are killed. Each is a copy of this program that runs one
//! test, whose code is that of the example.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use test_support::{RedisServer, closed_port, short_or_long, until};
use usedesk_blocking::Usedesk;
use usedesk_blocking::tickets::CreateTicket;
use usedesk_redis::redis::streams::{StreamPendingReply, StreamRangeReply};
use usedesk_redis::redis::{Client, Commands as _, Connection, pipe};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

#[path = "../../examples/worker.rs"]
mod worker;

const IS_WORKER: &str = "USEDESK_REDIS_WORKER";

/// Runs in each child process only.
#[test]
fn child() {
    if env::var_os(IS_WORKER).is_some() {
        worker::main().expect("it is killed");
    }
}

/// A process that is killed when this value is dropped.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

/// The queue of the workers.
struct Queue {
    redis: RedisServer,
    connection: RefCell<Connection>,
}

impl Queue {
    fn start(test: &str) -> Option<Self> {
        let redis = RedisServer::start(test, &[])?;
        let client = Client::open(redis.url()).expect("a URL");
        let connection = RefCell::new(client.get_connection().expect("it runs"));
        Some(Self { redis, connection })
    }

    fn worker(&self, url: &str, max_deliveries: usize) -> Worker {
        let mut program = Command::new(env::current_exe().expect("this program"));
        program.args(["--exact", "workers::child", "--nocapture"]).env(IS_WORKER, "1");
        program.env("REDIS_URL", self.redis.url());
        program.env("USEDESK_API_TOKEN", "sandbox-token").env("USEDESK_BASE_URL", url);
        program.env("PER_MINUTE", "60000").env("IDLE_MS", "500");
        program.env("MAX_DELIVERIES", max_deliveries.to_string());
        Worker(program.stdout(Stdio::null()).spawn().expect("it starts"))
    }

    fn add(&self, kind: &str, ticket: u64, text: &str) {
        let mut redis = self.connection.borrow_mut();
        let ticket = ticket.to_string();
        let fields = [("kind", kind), ("ticket", &ticket), ("subject", text), ("message", text)];
        redis.xadd::<_, _, _, _, ()>("{usedesk}:jobs", "*", &fields).expect("added");
    }

    /// How many jobs are done, parked and uncertain.
    fn ended(&self) -> [usize; 3] {
        let mut lengths = pipe();
        lengths.get("{usedesk}:done").xlen("{usedesk}:parked").xlen("{usedesk}:uncertain");
        let lengths = lengths.query(&mut *self.connection.borrow_mut());
        let (done, parked, uncertain): (Option<usize>, _, _) = lengths.expect("numbers");
        [done.unwrap_or(0), parked, uncertain]
    }

    /// The texts and the reasons of the jobs in a stream.
    fn stream(&self, name: &str) -> Vec<(String, String)> {
        let all = self.connection.borrow_mut().xrange_all(format!("{{usedesk}}:{name}"));
        let all: StreamRangeReply = all.expect("a stream");
        let text = |text: Option<String>| text.expect("text");
        all.ids.iter().map(|job| (text(job.get("message")), text(job.get("reason")))).collect()
    }

    fn accounted_for(&self) -> usize {
        self.ended().iter().sum()
    }

    /// No job is left, and nothing about one.
    fn assert_empty(&self) {
        let mut redis = self.connection.borrow_mut();
        assert_eq!(redis.xlen::<_, usize>("{usedesk}:jobs").expect("a number"), 0);
        assert_eq!(redis.scard::<_, usize>("{usedesk}:started").expect("a number"), 0);
        let pending: StreamPendingReply =
            redis.xpending("{usedesk}:jobs", "workers").expect("a summary");
        assert_eq!(pending.count(), 0);
    }
}

fn comments(sandbox: &Sandbox, ticket: u64, message: &str) -> usize {
    let ticket = sandbox.ticket(ticket).expect("a ticket");
    ticket.comments.iter().filter(|comment| comment.message == message).count()
}

#[test]
fn killed_workers_lose_nothing_and_add_no_comment_twice() {
    let (rounds, tickets) = short_or_long((1, 100), (5, 1_000));
    for _ in 0..rounds {
        let test = "killed_workers_lose_nothing_and_add_no_comment_twice";
        let Some(queue) = Queue::start(test) else { return };
        round(&queue, tickets);
    }
}

/// Four workers update as many tickets and add a comment to each, while one after the other is
/// killed.
fn round(queue: &Queue, tickets: usize) {
    const WORKERS: usize = 4;

    let latency = Duration::ZERO..=Duration::from_millis(5);
    let sandbox = Sandbox::builder().latency(latency).start().expect("the sandbox starts");
    let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    let usedesk = usedesk.without_rate_limit().build().expect("valid");
    let create = |_| usedesk.send(CreateTicket::new("New", "Text")).expect("created").ticket_id.0;
    let tickets: Vec<u64> = (0..tickets).map(create).collect();
    for &ticket in &tickets {
        queue.add("update", ticket, &format!("Subject of {ticket}"));
        queue.add("comment", ticket, &format!("Comment on {ticket}"));
    }
    let poison = tickets.len() / 50;
    (0..poison).for_each(|_| queue.add("riddle", 4501, ""));
    let jobs = 2 * tickets.len() + poison;

    let start = || queue.worker(sandbox.url(), usize::MAX);
    let mut workers: Vec<_> = (0..WORKERS).map(|_| start()).collect();
    let mut ended = 0;
    // A worker is killed only after progress, so that this ends on a slow machine.
    while ended < jobs {
        let next = jobs.min(ended + fastrand::usize(1..100));
        until("jobs end", || queue.accounted_for() >= next);
        thread::sleep(Duration::from_micros(fastrand::u64(..5_000)));
        workers[fastrand::usize(..WORKERS)] = start();
        ended = queue.accounted_for();
    }

    let uncertain = queue.stream("uncertain");
    assert_eq!(queue.ended(), [jobs - poison - uncertain.len(), poison, uncertain.len()]);
    queue.assert_empty();
    let uncertain: BTreeSet<_> = uncertain.into_iter().map(|(message, _)| message).collect();
    for ticket in tickets {
        let subject = sandbox.ticket(ticket).expect("a ticket").subject;
        assert_eq!(subject, format!("Subject of {ticket}"));
        let message = format!("Comment on {ticket}");
        let count = comments(&sandbox, ticket, &message);
        let is_uncertain = uncertain.contains(&message);
        assert!(count == 1 || count == 0 && is_uncertain, "{message}: {count}, {is_uncertain}");
    }
}

#[test]
fn a_comment_of_a_killed_worker_is_uncertain() {
    let test = "a_comment_of_a_killed_worker_is_uncertain";
    let Some(queue) = Queue::start(test) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    sandbox.script(ScriptedResponse::no_response().after_acting());
    queue.add("comment", 4501, "Paid");
    let worker = queue.worker(sandbox.url(), 5);
    until("the comment exists", || comments(&sandbox, 4501, "Paid") == 1);
    drop(worker);
    let _worker = queue.worker(sandbox.url(), 5);
    until("the job ends", || queue.accounted_for() == 1);
    let reason = "a worker started it and did not report a result";
    assert_eq!(queue.stream("uncertain"), [("Paid".to_owned(), reason.to_owned())]);
    assert_eq!(comments(&sandbox, 4501, "Paid"), 1);
    queue.assert_empty();
}

#[test]
fn a_comment_that_may_exist_is_uncertain() {
    let Some(queue) = Queue::start("a_comment_that_may_exist_is_uncertain") else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    sandbox.script(ScriptedResponse::status(502).after_acting());
    queue.add("comment", 4501, "Paid");
    let _worker = queue.worker(sandbox.url(), 5);
    until("the job ends", || queue.accounted_for() == 1);
    let [(_, reason)] = &queue.stream("uncertain")[..] else { panic!("it is not uncertain") };
    assert!(reason.contains("502"), "{reason}");
    assert_eq!(comments(&sandbox, 4501, "Paid"), 1);
    queue.assert_empty();
}

#[test]
fn a_comment_that_was_not_sent_is_delivered_again() {
    let test = "a_comment_that_was_not_sent_is_delivered_again";
    let Some(queue) = Queue::start(test) else { return };
    queue.add("comment", 4501, "Paid");
    let _worker = queue.worker(&format!("http://127.0.0.1:{}", closed_port()), 2);
    until("the job ends", || queue.accounted_for() == 1);
    let [(_, reason)] = &queue.stream("parked")[..] else { panic!("it is not parked") };
    assert!(reason.contains("was not sent"), "{reason}");
    queue.assert_empty();
}

#[test]
fn an_update_that_fails_always_is_parked_with_the_reason() {
    let test = "an_update_that_fails_always_is_parked_with_the_reason";
    let Some(queue) = Queue::start(test) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    sandbox.script(ScriptedResponse::status(403).always());
    queue.add("update", 4501, "Paid");
    let _worker = queue.worker(sandbox.url(), 3);
    until("the job ends", || queue.accounted_for() == 1);
    let [(_, reason)] = &queue.stream("parked")[..] else { panic!("it is not parked") };
    assert!(reason.contains("403"), "{reason}");
    assert_eq!(sandbox.requests().len(), 3);
    queue.assert_empty();
}

#[test]
fn an_update_of_a_ticket_that_does_not_exist_is_parked_immediately() {
    let test = "an_update_of_a_ticket_that_does_not_exist_is_parked_immediately";
    let Some(queue) = Queue::start(test) else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    queue.add("update", 999_999, "Paid");
    let _worker = queue.worker(sandbox.url(), usize::MAX);
    until("the job ends", || queue.accounted_for() == 1 || sandbox.requests().len() > 1);
    let [(_, reason)] = &queue.stream("parked")[..] else { panic!("it is not parked") };
    assert!(reason.contains("113"), "{reason}");
    queue.assert_empty();
}

#[test]
fn an_update_whose_workers_end_is_parked() {
    let Some(queue) = Queue::start("an_update_whose_workers_end_is_parked") else { return };
    let sandbox = Sandbox::start().expect("the sandbox starts");
    sandbox.script(ScriptedResponse::no_response().always());
    queue.add("update", 4501, "Paid");
    for delivery in 1..=2 {
        let _worker = queue.worker(sandbox.url(), 2);
        until("the job is sent", || sandbox.requests().len() == delivery);
    }
    let _worker = queue.worker(sandbox.url(), 2);
    until("the job ends", || queue.accounted_for() == 1 || sandbox.requests().len() > 2);
    let reason = "2 deliveries, and no worker reported a result";
    assert_eq!(queue.stream("parked"), [("Paid".to_owned(), reason.to_owned())]);
    queue.assert_empty();
}
