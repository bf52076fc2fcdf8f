//! What all threads of a server share.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

#[cfg(feature = "program")]
use crate::control::Hosts;
use crate::delivery::Delivery;
use crate::http::{self, EventResponse};
use crate::state::{self, State};

/// An event to send.
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) event: &'static str,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// The state, and what its threads wait for.
pub(crate) struct Shared {
    pub(crate) idle_timeout: Duration,
    state: Mutex<State>,
    /// The hosts that control calls may name.
    #[cfg(feature = "program")]
    pub(crate) hosts: Hosts,
    #[cfg(feature = "program")]
    pub(crate) started: Instant,
    lifetime: Mutex<Lifetime>,
    stopped: Condvar,
    /// Notified when the journal or the deliveries grow, and when the server stops.
    grown: Condvar,
}

/// Whether the server is stopping, and the open connections to close when it does. One lock for
/// both, so that no connection is added after they were closed.
#[derive(Default)]
struct Lifetime {
    stopped: bool,
    open: HashMap<usize, TcpStream>,
}

impl Shared {
    pub(crate) fn new(
        idle_timeout: Duration,
        state: State,
        #[cfg(feature = "program")] hosts: Hosts,
    ) -> Self {
        Self {
            idle_timeout,
            state: Mutex::new(state),
            #[cfg(feature = "program")]
            hosts,
            #[cfg(feature = "program")]
            started: Instant::now(),
            lifetime: Mutex::default(),
            stopped: Condvar::new(),
            grown: Condvar::new(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        lock(&self.lifetime).stopped
    }

    /// Registers a connection; false if the server is stopping.
    pub(crate) fn register(&self, number: usize, stream: &TcpStream) -> bool {
        let Ok(handle) = stream.try_clone() else { return false };
        let mut lifetime = lock(&self.lifetime);
        if !lifetime.stopped {
            lifetime.open.insert(number, handle);
        }
        !lifetime.stopped
    }

    pub(crate) fn unregister(&self, number: usize) {
        lock(&self.lifetime).open.remove(&number);
    }

    /// Sends an event, without the lock, since the receiver may call the sandbox, and keeps the
    /// delivery.
    pub(crate) fn deliver(&self, post: Post) -> (io::Result<EventResponse>, Arc<Delivery>) {
        let Post { url, event, content_type, body } = post;
        let (time, start) = (Timestamp::now(), Instant::now());
        let result = http::post(&url, &content_type, &body, self.idle_timeout);
        let mut delivery = Delivery {
            id: 0,
            time: state::to_text(time),
            event,
            url,
            content_type,
            body,
            status: None,
            response: Vec::new(),
            error: None,
            duration: start.elapsed(),
        };
        delivery.finish(&result);
        let delivery = self.state().deliveries.add(delivery);
        self.grown.notify_all();
        (result, delivery)
    }

    /// Wakes those who wait for the journal.
    pub(crate) fn notify(&self) {
        self.grown.notify_all();
    }

    /// Waits until `find` returns something; `None` after the timeout. Fails when the server stops.
    #[cfg(feature = "program")]
    pub(crate) fn wait_for<T>(
        &self,
        timeout: Duration,
        find: impl Fn(&State) -> Option<T>,
    ) -> io::Result<Option<T>> {
        let end = Instant::now() + timeout;
        let mut state = self.state();
        loop {
            if self.is_stopped() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            if let Some(found) = find(&state) {
                return Ok(Some(found));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let waited = self.grown.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sleeps; false if the server was stopped.
    pub(crate) fn pause(&self, duration: Duration) -> bool {
        let lifetime = lock(&self.lifetime);
        let waited = self.stopped.wait_timeout_while(lifetime, duration, |life| !life.stopped);
        let (lifetime, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !lifetime.stopped
    }

    pub(crate) fn stop(&self) {
        let mut lifetime = lock(&self.lifetime);
        lifetime.stopped = true;
        for stream in lifetime.open.values() {
            // Fails if the peer has closed the connection already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.stopped.notify_all();
        drop(lifetime);
        // Under the lock, so that no thread is between its check and its wait.
        let _state = self.state();
        self.grown.notify_all();
    }
}

/// Locks a mutex, ignoring poisoning: a panic leaves no state here that matters.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
