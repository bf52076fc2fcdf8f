//! What all threads of a server share.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
#[cfg(feature = "program")]
use std::time::Instant;

#[cfg(feature = "program")]
use rustls::ServerConfig;

#[cfg(feature = "program")]
use crate::control::Hosts;
use crate::delivery::{Delivery, Post};
use crate::http::{self, EventResponse};
use crate::observed::Observed;
use crate::state::{Arrived, Decision, State};

/// Limit on streams of events.
#[cfg(feature = "program")]
const MAX_EVENT_STREAMS: usize = 100;

/// Called with each delivery.
pub(crate) type DeliveryObserver = Arc<dyn Fn(&Delivery) + Send + Sync>;

/// The state, and what its threads wait for.
pub(crate) struct Shared {
    pub(crate) idle_timeout: Duration,
    max_connections: usize,
    state: Mutex<State>,
    observed: Option<Observed>,
    on_delivery: Option<DeliveryObserver>,
    /// The hosts that control calls may name.
    #[cfg(feature = "program")]
    pub(crate) hosts: Hosts,
    #[cfg(feature = "program")]
    pub(crate) tls: Option<Arc<ServerConfig>>,
    #[cfg(feature = "program")]
    pub(crate) started: Instant,
    /// Cloned by each stream of events, to count them.
    #[cfg(feature = "program")]
    pub(crate) event_streams: Arc<()>,
    lifetime: Mutex<Lifetime>,
    stopped: Condvar,
    /// Notified when the journal or the deliveries grow, and when the server stops.
    grown: Condvar,
    /// Notified when webhooks wait for a thread, and when the server stops.
    queued: Condvar,
}

/// Whether the server is stopping, and the open connections to close when it does. One lock for
/// both, so that no connection is added after they were closed.
#[derive(Default)]
struct Lifetime {
    stopped: bool,
    open: HashMap<u64, Open>,
    /// Connections to other servers, which do not count.
    outgoing: HashMap<u64, Arc<TcpStream>>,
    /// Counts connections and the times at which they became idle.
    last: u64,
}

struct Open {
    stream: Arc<TcpStream>,
    /// When it began to wait for a request, in the order of all connections; `None` while a request
    /// is handled.
    idle_since: Option<u64>,
}

impl Lifetime {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Closes the connection that has been idle for the longest; false if none is.
    fn close_idle(&mut self) -> bool {
        let idle = self.open.iter().filter_map(|(number, open)| Some((open.idle_since?, *number)));
        let Some((_, oldest)) = idle.min() else { return false };
        if let Some(Open { stream, .. }) = self.open.remove(&oldest) {
            // Fails if the peer has closed the connection already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        true
    }
}

impl Shared {
    pub(crate) fn new(
        idle_timeout: Duration,
        max_connections: usize,
        state: State,
        observed: Option<Observed>,
        on_delivery: Option<DeliveryObserver>,
        #[cfg(feature = "program")] hosts: Hosts,
        #[cfg(feature = "program")] tls: Option<Arc<ServerConfig>>,
    ) -> Self {
        Self {
            idle_timeout,
            max_connections,
            state: Mutex::new(state),
            observed,
            on_delivery,
            #[cfg(feature = "program")]
            hosts,
            #[cfg(feature = "program")]
            tls,
            #[cfg(feature = "program")]
            started: Instant::now(),
            #[cfg(feature = "program")]
            event_streams: Arc::default(),
            lifetime: Mutex::default(),
            stopped: Condvar::new(),
            grown: Condvar::new(),
            queued: Condvar::new(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Changes the state, then wakes those who wait for what it did.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        let needs_thread = state.outbox.needs_thread();
        drop(state);
        self.grown.notify_all();
        if needs_thread {
            self.queued.notify_all();
        }
        result
    }

    /// Handles a request and calls the observer.
    pub(crate) fn handle(&self, arrived: Arrived) -> Decision {
        let decision = self.update(|state| {
            let decision = state.handle(arrived);
            if let Some(observed) = &self.observed {
                observed.add(&decision.entry);
            }
            decision
        });
        self.tell();
        decision
    }

    /// Calls the observer with the requests that were handled.
    fn tell(&self) {
        if let Some(observed) = &self.observed {
            observed.tell();
        }
    }

    /// Returns how many streams of events may be open: they are never idle, and leave at least half of
    /// all connections to others.
    #[cfg(feature = "program")]
    pub(crate) fn max_event_streams(&self) -> usize {
        (self.max_connections / 2).clamp(1, MAX_EVENT_STREAMS)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        lock(&self.lifetime).stopped
    }

    /// Registers a connection, to be closed when the server stops. Beyond the limit the one that has
    /// been idle for the longest is closed. `None` if none is idle, or if the server is stopping.
    pub(crate) fn register(&self, stream: &Arc<TcpStream>) -> Option<Registered<'_>> {
        let mut lifetime = lock(&self.lifetime);
        let is_full = lifetime.open.len() >= self.max_connections;
        if lifetime.stopped || (is_full && !lifetime.close_idle()) {
            return None;
        }
        let number = lifetime.next();
        let open = Open { stream: Arc::clone(stream), idle_since: Some(number) };
        lifetime.open.insert(number, open);
        Some(Registered { shared: self, number })
    }

    /// Registers a connection to another server, to be closed when this one stops. `None` if it is
    /// stopping.
    fn register_outgoing(&self, stream: &Arc<TcpStream>) -> Option<Registered<'_>> {
        let mut lifetime = lock(&self.lifetime);
        if lifetime.stopped {
            return None;
        }
        let number = lifetime.next();
        lifetime.outgoing.insert(number, Arc::clone(stream));
        Some(Registered { shared: self, number })
    }

    /// Sends an event, without the lock, since the receiver may call the sandbox, and keeps the
    /// delivery.
    pub(crate) fn deliver(&self, post: Post) -> (io::Result<EventResponse>, Arc<Delivery>) {
        let mut registered = None;
        let (result, delivery) = post.deliver(|Post { url, content_type, body, .. }| {
            http::post(url, content_type, body, self.idle_timeout, |stream| {
                registered = self.register_outgoing(stream);
                registered.as_ref().map(|_| ()).ok_or_else(|| ErrorKind::ConnectionAborted.into())
            })
        });
        let delivery = self.update(|state| state.deliveries.add(delivery));
        if let Some(observer) = &self.on_delivery {
            // The request that caused the event comes first.
            self.tell();
            observer(&delivery);
        }
        (result, delivery)
    }

    /// Waits for a URL whose webhooks no thread sends yet; `None` when the server stops.
    pub(crate) fn next_url(&self) -> Option<String> {
        let mut state = self.state();
        loop {
            if self.is_stopped() {
                return None;
            }
            if let Some(url) = state.outbox.start() {
                return Some(url);
            }
            state = self.queued.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Sends the webhooks that wait for a URL, one after the other.
    pub(crate) fn send_all(&self, url: &str) {
        while !self.is_stopped() {
            let Some(post) = self.state().outbox.next(url) else { return };
            // The delivery tells whether it failed.
            let _ = self.deliver(post);
        }
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
        let incoming = lifetime.open.values().map(|open| &open.stream);
        for stream in incoming.chain(lifetime.outgoing.values()) {
            // Fails if the peer has closed the connection already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.stopped.notify_all();
        drop(lifetime);
        // Under the lock, so that no thread is between its check and its wait.
        let _state = self.state();
        self.grown.notify_all();
        self.queued.notify_all();
    }
}

/// A connection in the list of open ones, which it leaves when dropped.
pub(crate) struct Registered<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Registered<'_> {
    /// Tells whether the connection waits for a request, which may have begun.
    pub(crate) fn set_idle(&self, idle: bool) {
        let mut lifetime = lock(&self.shared.lifetime);
        let idle_since = idle.then(|| lifetime.next());
        if let Some(open) = lifetime.open.get_mut(&self.number) {
            open.idle_since = idle_since;
        }
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        let mut lifetime = lock(&self.shared.lifetime);
        lifetime.open.remove(&self.number);
        lifetime.outgoing.remove(&self.number);
    }
}

/// Locks a mutex, ignoring poisoning: a panic leaves no state here that matters.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
