//! Requests that wait for the thread, and threads that hang.

use std::sync::atomic::{AtomicUsize, Ordering};

use redis::{Client, ErrorKind, Value};
use test_support::{RedisServer, until};
use usedesk_core::shared_limit::{SlotKind, SlotLimit, SlotOutcome};

use super::*;

/// Counts the round trips.
struct Counting(redis::Connection, Arc<Mutex<usize>>);

impl Counting {
    fn connection(&mut self) -> &mut redis::Connection {
        *self.1.lock().expect("no panic") += 1;
        &mut self.0
    }
}

impl ConnectionLike for Counting {
    fn req_packed_command(&mut self, command: &[u8]) -> RedisResult<Value> {
        self.connection().req_packed_command(command)
    }

    fn req_packed_commands(
        &mut self,
        commands: &[u8],
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        self.connection().req_packed_commands(commands, offset, count)
    }

    fn get_db(&self) -> i64 {
        self.0.get_db()
    }

    fn check_connection(&mut self) -> bool {
        self.0.check_connection()
    }

    fn is_open(&self) -> bool {
        self.0.is_open()
    }
}

#[test]
fn requests_that_wait_are_sent_together() {
    const REQUESTS: i64 = 64;

    let test = "requests_that_wait_are_sent_together";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let client = Client::open(redis.url()).expect("a URL");
    let round_trips = Arc::<Mutex<usize>>::default();
    let counted = Arc::clone(&round_trips);
    let connect = move |_| -> RedisResult<Connection> {
        thread::sleep(Duration::from_millis(300));
        Ok(Box::new(Counting(client.get_connection()?, Arc::clone(&counted))))
    };
    let (sender, jobs) = mpsc::sync_channel(MAX_WAITING);
    let send = |timeout: u64| {
        let limit = SlotLimit::new(1_000_000, REQUESTS);
        let mut request = SlotRequest::new(SlotKind::FirstAttempt, limit);
        request.timeout = Duration::from_millis(timeout);
        let (reply, replied) = mpsc::channel();
        sender.try_send(Job { request, begun: Instant::now(), reply }).expect("room");
        replied
    };
    // Before the thread gets to it, and while it connects.
    let given_up = [send(0), send(200)];
    let waiting: Vec<_> = (0..REQUESTS).map(|_| send(600_000)).collect();
    drop(sender);
    run(&jobs, &KeyedScript::new("key".to_owned()), &connect, &OverdueAt::default());
    // What has given up takes no slot of the burst.
    for replied in waiting {
        let decision = replied.recv().expect("a reply").expect("a decision");
        assert_eq!(decision.outcome, SlotOutcome::Start);
    }
    assert!(given_up.iter().all(|replied| replied.recv().is_err()), "they are not sent");
    // Redis does not know the script, gets it, and gets the requests again.
    assert_eq!(*round_trips.lock().expect("no panic"), 3);
}

#[test]
fn a_few_threads_that_hang_are_abandoned() {
    let (gate, opens) = mpsc::channel::<()>();
    let (opens, connecting) = (Mutex::new(opens), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&connecting);
    let connect = move |_| -> RedisResult<Connection> {
        counted.fetch_add(1, Ordering::Relaxed);
        let _ = opens.lock().expect("no panic").recv();
        Err((ErrorKind::Io, "no connection").into())
    };
    let workers = Workers::new(KeyedScript::new("key".to_owned()), Arc::new(connect));
    let pass_on = || {
        let mut request = SlotRequest::new(SlotKind::FirstAttempt, SlotLimit::new(1, 1));
        request.timeout = Duration::from_secs(600);
        let (reply, replied) = mpsc::channel();
        workers.pass_on(Job { request, begun: Instant::now(), reply }).map(|()| replied)
    };
    for number in 1..=MAX_ABANDONED {
        pass_on().expect("a thread");
        until("the thread connects", || connecting.load(Ordering::Relaxed) == number);
        pass_on().expect("the same thread");
        let threads = workers.threads.lock().expect("no panic");
        let worker = threads.current.as_ref().expect("a thread");
        worker.overdue_at.set(Some(Instant::now()));
    }
    let error = pass_on().expect_err("no other thread");
    assert_eq!(error.to_string(), "connections to Redis hang");
    assert_eq!(connecting.load(Ordering::Relaxed), MAX_ABANDONED);
    drop(gate);
    until("a thread has ended", || pass_on().is_ok_and(|replied| replied.recv().is_ok()));
}
