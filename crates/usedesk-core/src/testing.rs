//! A transport that answers from memory, for the tests of users.

use std::collections::VecDeque;
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::body::Body;
use crate::transport::{BoxFuture, Fault, Limits, Outcome, Transport};

/// A transport that answers from a script, records every request and never waits.
///
/// Give a clone of it to a handle and keep one to look at what was sent. Without an answer left
/// in the script an exchange is a fault that nothing was sent.
///
/// The type parameters are what a [`Transport`] of your world returns; the transport crates name
/// the one that fits theirs, with the same path.
pub struct Script<R, P> {
    shared: Arc<Mutex<Shared>>,
    reply: fn(Outcome) -> R,
    pause: fn() -> P,
}

#[derive(Default)]
struct Shared {
    outcomes: VecDeque<Outcome>,
    requests: Vec<Request<Body>>,
    pauses: Vec<Duration>,
}

impl Script<Outcome, ()> {
    /// A script without answers, for blocking code.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Arc::default(), reply: |outcome| outcome, pause: || () }
    }
}

impl Script<BoxFuture<Outcome>, BoxFuture<()>> {
    /// A script without answers, for asynchronous code.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::default(),
            reply: |outcome| Box::pin(future::ready(outcome)),
            pause: || Box::pin(future::ready(())),
        }
    }
}

impl Default for Script<Outcome, ()> {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Script<BoxFuture<Outcome>, BoxFuture<()>> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R, P> Script<R, P> {
    /// Adds an answer: its status and its body.
    #[must_use]
    pub fn answer(self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        self.response(response)
    }

    /// Adds an answer with headers.
    #[must_use]
    pub fn response(self, response: Response<Bytes>) -> Self {
        self.lock().outcomes.push_back(Ok(response));
        self
    }

    /// Adds a fault.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        self.lock().outcomes.push_back(Err(fault));
        self
    }

    /// Every request so far, in order. Their bodies hold the token of the handle; after GET their
    /// URLs do, which `Debug` prints.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Body>> {
        self.lock().requests.clone()
    }

    /// Every pause that was asked for, in order. None was made.
    #[must_use]
    pub fn pauses(&self) -> Vec<Duration> {
        self.lock().pauses.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R, P> Transport for Script<R, P> {
    type Reply = R;
    type Pause = P;

    fn exchange(&self, request: Request<Body>, _: Limits) -> R {
        let mut shared = self.lock();
        shared.requests.push(request);
        let outcome = shared.outcomes.pop_front();
        (self.reply)(
            outcome.unwrap_or_else(|| Err(Fault::not_sent("the script is at its end").permanent())),
        )
    }

    fn pause(&self, duration: Duration) -> P {
        self.lock().pauses.push(duration);
        (self.pause)()
    }
}

impl<R, P> Clone for Script<R, P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), reply: self.reply, pause: self.pause }
    }
}

// Without the requests, which hold the token.
impl<R, P> fmt::Debug for Script<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.lock();
        f.debug_struct("Script")
            .field("answers_left", &shared.outcomes.len())
            .field("requests", &shared.requests.len())
            .finish_non_exhaustive()
    }
}
