//! The server: its threads and sockets.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;

#[cfg(feature = "program")]
use crate::control;
use crate::delivery::Delivery;
use crate::http::{self, Connection, EventResponse, ReadError, Request, Response};
use crate::journal::JournalEntry;
use crate::reply::Reply;
use crate::state::{self, Arrived, Decision, State};

/// Called with each request.
pub(crate) type Observer = Arc<dyn Fn(&JournalEntry) + Send + Sync>;

/// How long a connection without a response stays open.
const SILENCE: Duration = Duration::from_secs(600);

/// A listening server. Dropping it stops all of its threads.
pub(crate) struct Server {
    shared: Arc<Shared>,
    /// Where it can be reached.
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        idle_timeout: Duration,
        state: State,
        observer: Option<Observer>,
        #[cfg(feature = "program")] control: control::Options,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            idle_timeout,
            state: Mutex::new(state),
            observer,
            #[cfg(feature = "program")]
            control,
            accepted: AtomicUsize::new(0),
            lifetime: Mutex::default(),
            stopped: Condvar::new(),
            grown: Condvar::new(),
        });
        let acceptor = thread::Builder::new().name("usedesk-sandbox".into()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept_all(&listener)
        })?;
        Ok(Self { shared, address, acceptor: Some(acceptor) })
    }

    /// Sends an event and keeps the delivery.
    pub(crate) fn deliver(&self, post: Post) -> io::Result<EventResponse> {
        self.shared.deliver(post).0
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop();
        // A connection wakes the acceptor, which blocks in `accept`. If none can be made, its
        // thread is leaked.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok()
            && let Some(acceptor) = self.acceptor.take()
        {
            let _ = acceptor.join();
        }
    }
}

/// An event to send.
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) event: &'static str,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// What all threads of a server share.
pub(crate) struct Shared {
    idle_timeout: Duration,
    state: Mutex<State>,
    observer: Option<Observer>,
    #[cfg(feature = "program")]
    pub(crate) control: control::Options,
    accepted: AtomicUsize,
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
    /// Accepts connections until stopped, then joins the threads of all connections.
    fn accept_all(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            loop {
                let accepted = listener.accept();
                if lock(&self.lifetime).stopped {
                    return;
                }
                let Ok((stream, _)) = accepted else {
                    // Most likely out of file descriptors: give connections time to close.
                    self.pause(Duration::from_millis(50));
                    continue;
                };
                let number = self.accepted.fetch_add(1, Ordering::SeqCst);
                let serve = move || {
                    if self.register(number, &stream) {
                        self.serve(stream);
                        lock(&self.lifetime).open.remove(&number);
                    }
                };
                // If no thread starts, the connection is dropped and so closed.
                let _ = thread::Builder::new().spawn_scoped(scope, serve);
            }
        });
    }

    /// Registers a connection; false if the server is stopping.
    fn register(&self, number: usize, stream: &TcpStream) -> bool {
        let Ok(handle) = stream.try_clone() else { return false };
        let mut lifetime = lock(&self.lifetime);
        if !lifetime.stopped {
            lifetime.open.insert(number, handle);
        }
        !lifetime.stopped
    }

    fn serve(&self, stream: TcpStream) {
        let Ok(mut connection) = Connection::new(stream, self.idle_timeout) else {
            return;
        };
        loop {
            match connection.read_request() {
                Ok(request) => {
                    let (head_only, keep_alive) = (request.method == "HEAD", request.keep_alive);
                    let Some(reply) = self.reply(request) else { return };
                    if let Reply::Silence = reply {
                        connection.wait_until_closed(SILENCE);
                    }
                    #[cfg(feature = "program")]
                    if let Reply::Events { after } = reply {
                        let _ = control::stream(self, &mut connection, after);
                        return;
                    }
                    let (bytes, close) = reply.into_bytes(head_only, keep_alive);
                    if connection.write(&bytes).is_err() || close {
                        return;
                    }
                }
                Err(ReadError::Closed) => return,
                Err(ReadError::Rejected(status, message)) => {
                    let response = Response::message(status, message);
                    connection.write_last(&response.into_bytes(false, None, true));
                    return;
                }
            }
        }
    }

    /// Handles a request and waits for its delay; `None` if the server was stopped meanwhile.
    fn reply(&self, request: Request) -> Option<Reply> {
        #[cfg(feature = "program")]
        if control::is_control(&request.path) {
            return Some(control::respond(self, &request));
        }
        let arrived = Arrived::new(request);
        let Decision { reply, delay, entry } = self.state().handle(arrived);
        self.grown.notify_all();
        if let Some(observer) = &self.observer {
            observer(&entry);
        }
        self.pause(delay).then_some(reply)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
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
            if lock(&self.lifetime).stopped {
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
    fn pause(&self, duration: Duration) -> bool {
        let lifetime = lock(&self.lifetime);
        let waited = self.stopped.wait_timeout_while(lifetime, duration, |life| !life.stopped);
        let (lifetime, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !lifetime.stopped
    }

    fn stop(&self) {
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
