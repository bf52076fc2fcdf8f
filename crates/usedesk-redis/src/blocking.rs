//! The limiter for handles of `usedesk-blocking`.

use std::fmt;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use redis::{Client, ConnectionLike, RedisError, RedisResult};
use usedesk_core::shared_limit::{
    SharedLimit, SharedRateLimiter, SlotReply, SlotRequest, StoreError,
};

use crate::CONNECTION_TIMEOUT;
use crate::script::{self, KeyedScript};

/// A rate limit for all programs that use the same key of the same Redis.
///
/// Cloning is cheap. Give a clone to each handle of the program; clones use one connection, and one
/// rate limit while Redis is unavailable.
///
/// The connection is opened by the first call and lives in a thread of its own, so that no call
/// waits longer than the timeout of the [`SharedLimit`], whatever the network does. After an error
/// or a timeout the connection is closed, and a later call opens another. The thread ends with the
/// last clone.
///
/// # Examples
///
/// ```no_run
/// use usedesk_blocking::{RateLimit, Usedesk};
/// use usedesk_redis::blocking::RedisRateLimiter;
/// use usedesk_redis::redis::Client;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = Client::open("redis://:password@redis.internal")?;
/// let limiter = RedisRateLimiter::new(redis, "usedesk:203.0.113.7", RateLimit::steady());
/// let usedesk = Usedesk::builder("token").shared_rate_limiter(limiter).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisRateLimiter {
    script: KeyedScript,
    limit: SharedLimit,
    worker: Arc<Worker>,
}

/// The thread that has the connection.
struct Worker {
    jobs: Mutex<Option<Sender<Job>>>,
    connect: Arc<Connect>,
}

type Connect = dyn Fn(Duration) -> RedisResult<Box<dyn ConnectionLike + Send>> + Send + Sync;

/// A request, and where its reply goes.
struct Job {
    script: KeyedScript,
    request: SlotRequest,
    begun: Instant,
    reply: Sender<SlotReply>,
}

impl RedisRateLimiter {
    /// Creates a limiter. Nothing is sent before the first call.
    ///
    /// `key` names what is shared, such as the IP address that the server sees. In a cluster the
    /// script uses only this key.
    pub fn new(client: Client, key: impl Into<String>, limit: impl Into<SharedLimit>) -> Self {
        let connect = move |timeout| {
            let connection = client.get_connection_with_timeout(timeout)?;
            connection.set_read_timeout(Some(timeout))?;
            connection.set_write_timeout(Some(timeout))?;
            Ok(connection)
        };
        Self::with_connect(connect, key, limit)
    }

    /// As [`new`](Self::new), with connections of your own, such as those to a cluster.
    ///
    /// `connect` opens one. It gets the timeout that connecting, and each request, must keep: a
    /// connection that waits forever is never replaced.
    pub fn with_connect<C: ConnectionLike + Send + 'static>(
        connect: impl Fn(Duration) -> RedisResult<C> + Send + Sync + 'static,
        key: impl Into<String>,
        limit: impl Into<SharedLimit>,
    ) -> Self {
        let connect = move |timeout| {
            let connection: Box<dyn ConnectionLike + Send> = Box::new(connect(timeout)?);
            Ok(connection)
        };
        let worker = Worker { jobs: Mutex::new(None), connect: Arc::new(connect) };
        let script = KeyedScript::new(key.into());
        Self { script, limit: limit.into(), worker: Arc::new(worker) }
    }
}

impl SharedRateLimiter for RedisRateLimiter {
    type Reply = SlotReply;

    fn limit(&self) -> &SharedLimit {
        &self.limit
    }

    fn reserve(&self, request: SlotRequest) -> SlotReply {
        let (reply, replied) = mpsc::channel();
        let job = Job { script: self.script.clone(), request, begun: Instant::now(), reply };
        self.worker.pass_on(job)?;
        replied.recv_timeout(request.timeout).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => StoreError::timeout(request.timeout),
                RecvTimeoutError::Disconnected => StoreError::new("the redis crate panicked"),
            })
        })
    }
}

impl Worker {
    /// Starts the thread for the first request, and again if it has panicked.
    fn pass_on(&self, job: Job) -> Result<(), StoreError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let job = match &*jobs {
            Some(running) => match running.send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(job)) => job,
            },
            None => job,
        };
        let (sender, receiver) = mpsc::channel();
        let connect = Arc::clone(&self.connect);
        let thread = thread::Builder::new().name("usedesk-redis".to_owned());
        thread.spawn(move || run(&receiver, &*connect)).map_err(StoreError::new)?;
        let sent = sender.send(job).map_err(StoreError::new);
        *jobs = Some(sender);
        sent
    }
}

fn run(jobs: &Receiver<Job>, connect: &Connect) {
    let mut connection = None;
    for Job { script, request, begun, reply } in jobs {
        if begun.elapsed() >= request.timeout {
            // Its call has given up, and would not use the slot.
            continue;
        }
        let result = invoke(&mut connection, connect, &script, &request);
        if result.is_err() {
            connection = None;
        }
        let _ = reply.send(result);
    }
}

fn invoke(
    kept: &mut Option<Box<dyn ConnectionLike + Send>>,
    connect: &Connect,
    script: &KeyedScript,
    request: &SlotRequest,
) -> SlotReply {
    let invoke = |kept: &mut Option<Box<dyn ConnectionLike + Send>>| {
        let connection = match kept {
            Some(connection) => connection,
            None => kept.insert(connect(request.timeout.max(CONNECTION_TIMEOUT))?),
        };
        script.invocation(request).invoke(&mut **connection)
    };
    let is_old = kept.is_some();
    let mut result = invoke(kept);
    if is_old && result.as_ref().is_err_and(RedisError::is_connection_dropped) {
        // Redis may have closed it because it was idle.
        *kept = None;
        result = invoke(kept);
    }
    script::decision(result.map_err(|error| script::store_error(&error))?)
}

impl fmt::Debug for RedisRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateLimiter")
            .field("key", &self.script)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
