//! The thread that has the connection.

use std::iter;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use redis::{ConnectionLike, RedisError, RedisResult};
use usedesk_core::shared_limit::{SlotReply, SlotRequest, StoreError};

use crate::CONNECTION_TIMEOUT;
use crate::script::{self, Integers, KeyedScript};

/// How many requests wait for the thread at most.
const MAX_WAITING: usize = 1_024;

/// How much longer than its timeout a thread may take for connecting and a reply, before it is
/// abandoned.
const ABANDONED_AFTER: Duration = Duration::from_secs(1);

/// How many abandoned threads there are at most.
const MAX_ABANDONED: usize = 3;

type Connection = Box<dyn ConnectionLike + Send>;

pub(super) type Connect = dyn Fn(Duration) -> RedisResult<Connection> + Send + Sync;

/// A request, and where its reply goes.
pub(super) struct Job {
    pub(super) request: SlotRequest,
    pub(super) begun: Instant,
    pub(super) reply: Sender<SlotReply>,
}

impl Job {
    /// Whether its call has given up, and would not use the slot.
    fn is_given_up(&self) -> bool {
        self.begun.elapsed() >= self.request.timeout
    }
}

/// The thread that has the connection, and those that were abandoned.
pub(super) struct Workers {
    pub(super) script: KeyedScript,
    connect: Arc<Connect>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    current: Option<Worker>,
    abandoned: Vec<JoinHandle<()>>,
}

struct Worker {
    jobs: SyncSender<Job>,
    overdue_at: Arc<OverdueAt>,
    thread: JoinHandle<()>,
}

/// When a thread is abandoned unless it has ended what it does; none while it does nothing.
#[derive(Default)]
struct OverdueAt(Mutex<Option<Instant>>);

impl OverdueAt {
    fn set(&self, time: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }

    fn is_past(&self) -> bool {
        let time = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        time.is_some_and(|time| time <= Instant::now())
    }
}

impl Workers {
    pub(super) fn new(script: KeyedScript, connect: Arc<Connect>) -> Self {
        Self { script, connect, threads: Mutex::default() }
    }

    /// Starts the thread for the first request, and again if it has panicked or hangs.
    pub(super) fn pass_on(&self, job: Job) -> Result<(), StoreError> {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.abandoned.retain(|thread| !thread.is_finished());
        let job = match &threads.current {
            Some(worker) if !worker.overdue_at.is_past() => match worker.jobs.try_send(job) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => {
                    return Err(StoreError::new("too many requests wait for Redis"));
                }
                Err(TrySendError::Disconnected(job)) => job,
            },
            _ => job,
        };
        if let Some(Worker { thread, .. }) = threads.current.take() {
            threads.abandoned.push(thread);
        }
        if threads.abandoned.len() >= MAX_ABANDONED {
            return Err(StoreError::new("connections to Redis hang"));
        }
        let worker = self.start().map_err(StoreError::new)?;
        let sent = worker.jobs.try_send(job).map_err(StoreError::new);
        threads.current = Some(worker);
        sent
    }

    fn start(&self) -> std::io::Result<Worker> {
        let (jobs, receiver) = mpsc::sync_channel(MAX_WAITING);
        let overdue_at = Arc::<OverdueAt>::default();
        let (script, connect) = (self.script.clone(), Arc::clone(&self.connect));
        let noted = Arc::clone(&overdue_at);
        let thread = thread::Builder::new().name("usedesk-redis".to_owned());
        let thread = thread.spawn(move || run(&receiver, &script, &*connect, &noted))?;
        Ok(Worker { jobs, overdue_at, thread })
    }
}

/// Sends what waits together, so that no request waits for more than one round trip of others.
fn run(jobs: &Receiver<Job>, script: &KeyedScript, connect: &Connect, overdue_at: &OverdueAt) {
    let mut connection = None;
    while let Ok(first) = jobs.recv() {
        let waiting = iter::once(first).chain(jobs.try_iter()).take(MAX_WAITING);
        let mut jobs: Vec<Job> = waiting.filter(|job| !job.is_given_up()).collect();
        let timeout = jobs.iter().map(|job| job.request.timeout).fold(CONNECTION_TIMEOUT, Ord::max);
        if jobs.is_empty() {
            continue;
        }
        overdue_at.set(Instant::now().checked_add(timeout + ABANDONED_AFTER));
        let replies = exchange(&mut connection, &mut jobs, script, connect, timeout);
        if replies.as_ref().map_or(true, |replies| replies.iter().any(Result::is_err)) {
            connection = None;
        }
        let mut replies = replies.map(Vec::into_iter);
        for job in jobs {
            let reply = match &mut replies {
                Ok(replies) => replies.next().unwrap_or_else(|| Err(StoreError::new("no reply"))),
                Err(error) => Err(script::store_error(error)),
            };
            let _ = job.reply.send(reply);
        }
        overdue_at.set(None);
    }
}

/// Opens a connection if there is none, and exchanges the requests whose calls still wait.
fn exchange(
    kept: &mut Option<Connection>,
    jobs: &mut Vec<Job>,
    script: &KeyedScript,
    connect: &Connect,
    timeout: Duration,
) -> RedisResult<Vec<SlotReply>> {
    let mut exchange = |kept: &mut Option<Connection>| {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(connect(timeout)?),
        };
        jobs.retain(|job| !job.is_given_up());
        send(&mut **connection, jobs, script)
    };
    let is_old = kept.is_some();
    let mut result = exchange(kept);
    if is_old && result.as_ref().is_err_and(RedisError::is_connection_dropped) {
        // Redis may have closed it because it was idle.
        *kept = None;
        result = exchange(kept);
    }
    result
}

fn send(
    connection: &mut dyn ConnectionLike,
    jobs: &[Job],
    script: &KeyedScript,
) -> RedisResult<Vec<SlotReply>> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let reply = |result: RedisResult<Integers>| {
        script::decision(result.map_err(|error| script::store_error(&error))?)
    };
    if connection.supports_pipelining() {
        let requests: Vec<SlotRequest> = jobs.iter().map(|job| job.request).collect();
        let results = script.pipeline(&requests, connection)?;
        return Ok(results.into_iter().map(reply).collect());
    }
    // A connection to a cluster.
    let one_by_one = jobs.iter().map(|job| {
        if job.is_given_up() {
            return Ok(Err(StoreError::timeout(job.request.timeout)));
        }
        match script.invocation(&job.request).invoke(connection) {
            Err(error) if error.code().is_none() => Err(error),
            result => Ok(reply(result)),
        }
    });
    one_by_one.collect()
}

#[cfg(test)]
mod tests;
