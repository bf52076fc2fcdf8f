//! The limiter for handles of `usedesk-blocking`.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use redis::{Client, ConnectionLike, RedisResult};
use usedesk_core::shared_limit::{
    SharedLimit, SharedRateLimiter, SlotReply, SlotRequest, StoreError,
};

use self::worker::{Job, Workers};
use crate::script::KeyedScript;

mod worker;

/// A rate limit for all programs that use the same key of the same Redis.
///
/// Cloning is cheap. Give a clone to each handle of the program; clones use one connection, and one
/// rate limit while Redis is unavailable.
///
/// The connection is opened by the first call and lives in a thread of its own, so that no call
/// waits longer than the timeout of the [`SharedLimit`], whatever the network does. After an error
/// or a timeout the connection is closed, and a later call opens another. Requests that wait for the
/// thread are sent together. The thread ends with the last clone.
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
    limit: SharedLimit,
    workers: Arc<Workers>,
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
    /// `connect` opens one. It gets the timeout that connecting, and each request, should keep. A
    /// thread that takes a second longer is abandoned, and another one connects; but while three
    /// abandoned ones have not ended, there is no other.
    pub fn with_connect<C: ConnectionLike + Send + 'static>(
        connect: impl Fn(Duration) -> RedisResult<C> + Send + Sync + 'static,
        key: impl Into<String>,
        limit: impl Into<SharedLimit>,
    ) -> Self {
        let connect = move |timeout| {
            let connection: Box<dyn ConnectionLike + Send> = Box::new(connect(timeout)?);
            Ok(connection)
        };
        let script = KeyedScript::new(key.into());
        Self { limit: limit.into(), workers: Arc::new(Workers::new(script, Arc::new(connect))) }
    }
}

impl SharedRateLimiter for RedisRateLimiter {
    type Reply = SlotReply;

    fn limit(&self) -> &SharedLimit {
        &self.limit
    }

    fn reserve(&self, request: SlotRequest) -> SlotReply {
        let (reply, replied) = mpsc::channel();
        self.workers.pass_on(Job { request, begun: Instant::now(), reply })?;
        replied.recv_timeout(request.timeout).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => StoreError::timeout(request.timeout),
                RecvTimeoutError::Disconnected => StoreError::new("the redis crate panicked"),
            })
        })
    }
}

impl fmt::Debug for RedisRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateLimiter")
            .field("key", &self.workers.script)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
