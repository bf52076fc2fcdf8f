//! A handle of either flavor with a shared rate limiter.

use std::sync::{Arc, LazyLock, Mutex};

use tokio::runtime::Runtime;
use usedesk_blocking::tickets::UpdateTicket;
use usedesk_blocking::{CallEvent, Error, SharedLimitNotice};
use usedesk_redis::redis::Client;
use usedesk_redis::{SharedLimit, aio, blocking};

/// One for all tests, since connections live in the runtime that made them.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    Async,
    Blocking,
}

pub(crate) const FLAVORS: [Flavor; 2] = [Flavor::Async, Flavor::Blocking];

/// A rate limiter of either flavor.
#[derive(Clone)]
pub(crate) enum Limiter {
    Async(aio::RedisRateLimiter),
    Blocking(blocking::RedisRateLimiter),
}

impl Limiter {
    pub(crate) fn new(flavor: Flavor, redis: &str, limit: impl Into<SharedLimit>) -> Self {
        let client = Client::open(redis).expect("a URL");
        match flavor {
            Flavor::Async => Self::Async(aio::RedisRateLimiter::new(client, "key", limit)),
            Flavor::Blocking => {
                Self::Blocking(blocking::RedisRateLimiter::new(client, "key", limit))
            }
        }
    }
}

#[derive(Clone)]
enum Kind {
    Async(usedesk_async::Usedesk),
    Blocking(usedesk_blocking::Usedesk),
}

#[derive(Clone)]
pub(crate) struct Handle {
    kind: Kind,
    events: Arc<Mutex<Vec<CallEvent>>>,
}

impl Handle {
    pub(crate) fn new(limiter: Limiter, url: &str, token: &str) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&events);
        let observe = move |event: &CallEvent| noted.lock().expect("no panic").push(event.clone());
        let kind = match limiter {
            Limiter::Async(limiter) => {
                let builder = usedesk_async::Usedesk::builder(token).base_url(url);
                let builder = builder.shared_rate_limiter(limiter).observer(observe);
                Kind::Async(builder.build().expect("valid"))
            }
            Limiter::Blocking(limiter) => {
                let builder = usedesk_blocking::Usedesk::builder(token).base_url(url);
                let builder = builder.shared_rate_limiter(limiter).observer(observe);
                Kind::Blocking(builder.build().expect("valid"))
            }
        };
        Self { kind, events }
    }

    pub(crate) fn send(&self) -> Result<(), Error> {
        let update = UpdateTicket::new(4501).subject("Letter");
        match &self.kind {
            Kind::Async(usedesk) => RUNTIME.block_on(usedesk.send(update)).map(drop),
            Kind::Blocking(usedesk) => usedesk.send(update).map(drop),
        }
    }

    pub(crate) fn events(&self) -> Vec<CallEvent> {
        self.events.lock().expect("no panic").clone()
    }

    /// What changed about the store.
    pub(crate) fn notices(&self) -> Vec<SharedLimitNotice> {
        let notice = |event| match event {
            CallEvent::SharedLimit { notice, .. } => Some(notice),
            _ => None,
        };
        self.events().into_iter().filter_map(notice).collect()
    }
}
