//! The limiter for handles of `usedesk-async`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, RedisResult};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::Instant;
use usedesk_core::BoxFuture;
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
/// The connection is opened by the first call, in a task of its own, so that no call waits longer
/// than the timeout of the [`SharedLimit`], whatever the network does. After an error or a timeout
/// the connection is closed, and a later call opens another. As a handle, a limiter belongs to the
/// runtime of its first call; in another one it opens a new connection once that one has ended.
///
/// # Examples
///
/// ```no_run
/// use usedesk_async::{RateLimit, Usedesk};
/// use usedesk_redis::aio::RedisRateLimiter;
/// use usedesk_redis::redis::Client;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = Client::open("redis://:password@redis.internal")?;
/// let limiter = RedisRateLimiter::new(redis, "usedesk:203.0.113.7", RateLimit::steady());
/// let usedesk = Usedesk::builder("token").shared_rate_limiter(limiter).build()?;
/// # Ok(())
/// # }
/// ```
pub struct RedisRateLimiter<C = MultiplexedConnection> {
    limit: SharedLimit,
    store: Arc<Store<C>>,
}

struct Store<C> {
    script: KeyedScript,
    connect: Box<Connect<C>>,
    kept: Mutex<Kept<C>>,
}

struct Kept<C> {
    connection: Option<C>,
    /// Which connection it is, counted from the first.
    generation: u64,
}

type Connect<C> = dyn Fn(Duration) -> BoxFuture<RedisResult<C>> + Send + Sync;

impl RedisRateLimiter {
    /// Creates a limiter. Nothing is sent before the first call.
    ///
    /// `key` names what is shared, such as the IP address that the server sees. In a cluster the
    /// script uses only this key.
    pub fn new(client: Client, key: impl Into<String>, limit: impl Into<SharedLimit>) -> Self {
        let connect = move |timeout| {
            let client = client.clone();
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(timeout))
                .set_response_timeout(Some(timeout));
            async move { client.get_multiplexed_async_connection_with_config(&config).await }
        };
        Self::with_connect(connect, key, limit)
    }
}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> RedisRateLimiter<C> {
    /// As [`new`](RedisRateLimiter::new), with connections of your own: to a cluster, or over TLS
    /// that you have set up.
    ///
    /// `connect` opens one. It gets the timeout after which the limiter gives up connecting, and
    /// also each request, and drops the future.
    pub fn with_connect<F>(
        connect: impl Fn(Duration) -> F + Send + Sync + 'static,
        key: impl Into<String>,
        limit: impl Into<SharedLimit>,
    ) -> Self
    where
        F: Future<Output = RedisResult<C>> + Send + 'static,
    {
        let connect = move |timeout| -> BoxFuture<RedisResult<C>> { Box::pin(connect(timeout)) };
        let store = Store {
            script: KeyedScript::new(key.into()),
            connect: Box::new(connect),
            kept: Mutex::new(Kept { connection: None, generation: 0 }),
        };
        Self { limit: limit.into(), store: Arc::new(store) }
    }
}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> SharedRateLimiter for RedisRateLimiter<C> {
    type Reply = BoxFuture<SlotReply>;

    fn limit(&self) -> &SharedLimit {
        &self.limit
    }

    fn reserve(&self, request: SlotRequest) -> BoxFuture<SlotReply> {
        let store = Arc::clone(&self.store);
        Box::pin(async move {
            let runtime = Handle::try_current().map_err(StoreError::new)?;
            // Connecting may take longer than one call waits.
            let task = runtime.spawn(store.invoke(request, Instant::now()));
            match tokio::time::timeout(request.timeout, task).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(_)) => Err(StoreError::new("the redis crate panicked")),
                Err(_) => Err(StoreError::timeout(request.timeout)),
            }
        })
    }
}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> Store<C> {
    async fn invoke(self: Arc<Self>, request: SlotRequest, begun: Instant) -> SlotReply {
        let timeout = request.timeout.max(CONNECTION_TIMEOUT);
        let mut is_again = false;
        loop {
            let (mut connection, generation, is_old) = self.connection(&request, begun).await?;
            still_waits(&request, begun)?;
            let invocation = self.script.invocation(&request);
            let invoked = invocation.invoke_async(&mut connection);
            let error = match tokio::time::timeout(timeout, invoked).await {
                Ok(Ok(integers)) => return script::decision(integers),
                Ok(Err(error)) => Some(error),
                Err(_) => None,
            };
            self.discard(generation).await;
            let Some(error) = error else { return Err(StoreError::timeout(timeout)) };
            // Redis may have closed it because it was idle.
            if is_again || !is_old || !error.is_connection_dropped() {
                return Err(script::store_error(&error));
            }
            is_again = true;
        }
    }

    /// The connection, its generation, and whether it was open already.
    async fn connection(
        &self,
        request: &SlotRequest,
        begun: Instant,
    ) -> Result<(C, u64, bool), StoreError> {
        let mut kept = self.kept.lock().await;
        if let Some(connection) = &kept.connection {
            return Ok((connection.clone(), kept.generation, true));
        }
        // Another request may have tried to connect meanwhile.
        still_waits(request, begun)?;
        let timeout = request.timeout.max(CONNECTION_TIMEOUT);
        let connection = tokio::time::timeout(timeout, (self.connect)(timeout)).await;
        let connection = connection.map_err(|_| StoreError::timeout(timeout))?;
        let connection = connection.map_err(|error| script::store_error(&error))?;
        kept.generation += 1;
        Ok((kept.connection.insert(connection).clone(), kept.generation, false))
    }

    /// Closes a connection, unless another request has replaced it.
    async fn discard(&self, generation: u64) {
        let mut kept = self.kept.lock().await;
        if kept.generation == generation {
            kept.connection = None;
        }
    }
}

/// Fails if the call has given up: it would not use the slot.
fn still_waits(request: &SlotRequest, begun: Instant) -> Result<(), StoreError> {
    if begun.elapsed() < request.timeout {
        Ok(())
    } else {
        Err(StoreError::timeout(request.timeout))
    }
}

impl<C> Clone for RedisRateLimiter<C> {
    fn clone(&self) -> Self {
        Self { limit: self.limit.clone(), store: Arc::clone(&self.store) }
    }
}

impl<C> fmt::Debug for RedisRateLimiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateLimiter")
            .field("key", &self.store.script)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
