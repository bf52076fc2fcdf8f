//! The server: its threads and sockets.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[cfg(feature = "console")]
use crate::console;
#[cfg(feature = "program")]
use crate::control;
use crate::http::{Connection, ReadError, Request, Response};
use crate::reply::Reply;
use crate::shared::{Registered, Shared};
use crate::state::{Arrived, Decision};

/// How long a connection without a response stays open.
const SILENCE: Duration = Duration::from_secs(600);

/// A listening server. Dropping it stops all of its threads.
pub(crate) struct Server {
    threads: Arc<Threads>,
    /// Where it can be reached.
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// What the threads of the server run.
struct Threads {
    shared: Shared,
    /// How many connections were accepted.
    accepted: AtomicUsize,
}

impl Server {
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        shared: Shared,
    ) -> io::Result<Self> {
        let threads = Arc::new(Threads { shared, accepted: AtomicUsize::new(0) });
        let acceptor = thread::Builder::new().name("usedesk-sandbox".into()).spawn({
            let threads = Arc::clone(&threads);
            move || threads.accept_all(&listener)
        })?;
        Ok(Self { threads, address, acceptor: Some(acceptor) })
    }

    pub(crate) fn connections(&self) -> usize {
        self.threads.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.threads.shared
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.threads.shared.stop();
        // A connection wakes the acceptor, which blocks in `accept`. If none can be made, its
        // thread is leaked.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok()
            && let Some(acceptor) = self.acceptor.take()
        {
            let _ = acceptor.join();
        }
    }
}

impl Threads {
    /// Accepts connections until stopped, then joins the threads of all connections.
    fn accept_all(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            // Without this thread no webhook is sent, but requests are served.
            let _ = thread::Builder::new().spawn_scoped(scope, || self.send_webhooks());
            loop {
                let accepted = listener.accept();
                if self.shared.is_stopped() {
                    return;
                }
                let Ok((stream, _)) = accepted else {
                    // Most likely out of file descriptors: give connections time to close.
                    self.shared.pause(Duration::from_millis(50));
                    continue;
                };
                self.accepted.fetch_add(1, Ordering::SeqCst);
                let stream = Arc::new(stream);
                let Some(registered) = self.shared.register(&stream) else { continue };
                let serve = move || self.serve(stream, &registered);
                // If no thread starts, the connection is dropped and so closed.
                let _ = thread::Builder::new().spawn_scoped(scope, serve);
            }
        });
    }

    /// Starts a thread for each URL to which webhooks are to be sent, until stopped.
    fn send_webhooks(&self) {
        thread::scope(|scope| {
            while let Some(url) = self.shared.next_url() {
                let queue = url.clone();
                let send = move || self.shared.send_all(&queue);
                if thread::Builder::new().spawn_scoped(scope, send).is_err() {
                    self.shared.send_all(&url);
                }
            }
        });
    }

    fn connect(&self, stream: Arc<TcpStream>) -> io::Result<Connection> {
        let idle_timeout = self.shared.idle_timeout;
        #[cfg(feature = "program")]
        if let Some(config) = &self.shared.tls {
            return Connection::accept(stream, idle_timeout, Arc::clone(config));
        }
        Connection::new(stream, idle_timeout)
    }

    fn serve(&self, stream: Arc<TcpStream>, registered: &Registered<'_>) {
        let Ok(mut connection) = self.connect(stream) else { return };
        loop {
            match connection.read_request() {
                Ok(request) => {
                    registered.set_idle(false);
                    let (head_only, keep_alive) = (request.method == "HEAD", request.keep_alive);
                    let Some(reply) = self.reply(request) else { return };
                    if let Reply::Silence = reply {
                        connection.wait_until_closed(SILENCE);
                    }
                    #[cfg(feature = "program")]
                    if let Reply::Events { after, view, origin, counted: _counted } = reply {
                        let origin = origin.as_deref();
                        let _ = control::stream(&self.shared, &mut connection, after, view, origin);
                        return;
                    }
                    let (bytes, close) = reply.into_bytes(head_only, keep_alive);
                    if connection.write(&bytes).is_err() || close {
                        return;
                    }
                    registered.set_idle(true);
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

    /// Handles a request, also of a browser; `None` if the server was stopped meanwhile.
    #[cfg(feature = "program")]
    fn reply(&self, request: Request) -> Option<Reply> {
        let origin = self.shared.hosts.origin(&request).map(str::to_owned);
        let preflight = origin.as_ref().and_then(|_| control::preflight(&request));
        let mut reply = match preflight {
            Some(reply) => reply,
            None if control::is_control(&request.path) => control::respond(&self.shared, &request),
            None => self.handle(request)?,
        };
        if let Some(origin) = origin {
            control::allow(&mut reply, origin);
        }
        Some(reply)
    }

    #[cfg(not(feature = "program"))]
    fn reply(&self, request: Request) -> Option<Reply> {
        self.handle(request)
    }

    /// Handles a request and waits for its delay; `None` if the server was stopped meanwhile.
    fn handle(&self, request: Request) -> Option<Reply> {
        #[cfg(feature = "console")]
        if let Some(response) = console::respond(&request) {
            return Some(response.into());
        }
        let arrived = Arrived::new(request);
        let Decision { reply, delay, .. } = self.shared.handle(arrived);
        self.shared.pause(delay).then_some(reply)
    }
}
