//! The server: its threads and sockets.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::desk::Desk;
use crate::http::{Connection, ReadError, Request, Response};
use crate::methods;
use crate::received::Received;
use crate::scripted_response::ScriptedResponse;
use crate::settings::Settings;

/// State that requests and tests change.
pub(crate) struct State {
    pub(crate) desk: Desk,
    pub(crate) script: VecDeque<ScriptedResponse>,
    pub(crate) received: Vec<Received>,
}

/// A listening server. Dropping it stops all of its threads.
pub(crate) struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, settings: Settings, desk: Desk) -> io::Result<Self> {
        let state = State { desk, script: VecDeque::new(), received: Vec::new() };
        let shared = Arc::new(Shared {
            settings,
            state: Mutex::new(state),
            accepted: AtomicUsize::new(0),
            lifetime: Mutex::default(),
            stopped: Condvar::new(),
        });
        let address = listener.local_addr()?;
        let acceptor = thread::Builder::new().name("usedesk-sandbox".into()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept_all(&listener)
        })?;
        Ok(Self { shared, address, acceptor: Some(acceptor) })
    }

    pub(crate) fn token(&self) -> &str {
        &self.shared.settings.token
    }

    pub(crate) fn idle_timeout(&self) -> Duration {
        self.shared.settings.idle_timeout
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
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

struct Shared {
    settings: Settings,
    state: Mutex<State>,
    accepted: AtomicUsize,
    lifetime: Mutex<Lifetime>,
    stopped: Condvar,
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
        let Ok(mut connection) = Connection::new(stream, self.settings.idle_timeout) else {
            return;
        };
        loop {
            match connection.read_request() {
                Ok(request) => {
                    let (head_only, keep_alive) = (request.method == "HEAD", request.keep_alive);
                    let (scripted, desk_response) = self.handle(request);
                    if !self.pause(scripted.delay_before()) {
                        return;
                    }
                    let (bytes, close) = scripted.into_bytes(desk_response, head_only, keep_alive);
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

    /// Records the request, takes the next scripted response and, if that allows it, runs the
    /// method. One lock for all of it keeps records, responses and effects in the same order.
    fn handle(&self, request: Request) -> (ScriptedResponse, Option<Response>) {
        let (received, body_error) = Received::read(request);
        let mut state = lock(&self.state);
        let scripted = state.script.pop_front().unwrap_or_else(ScriptedResponse::passthrough);
        let desk_response = scripted.acts().then(|| {
            methods::respond(&mut state.desk, &self.settings, &received, body_error.as_ref())
        });
        if self.settings.record {
            state.received.push(received);
        }
        (scripted, desk_response)
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
    }
}

/// Locks a mutex, ignoring poisoning: a panic leaves no state here that matters.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
