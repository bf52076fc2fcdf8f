//! The handle that a test holds.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use crate::desk::{Agent, Client, Desk, Ticket};
use crate::event::Event;
use crate::http::{self, Reply};
use crate::received::Received;
use crate::scripted_response::ScriptedResponse;
use crate::server::Server;
use crate::settings::Settings;

/// The token that opens a sandbox unless [`Builder::token`] sets another.
pub const DEFAULT_TOKEN: &str = "sandbox-token";

/// A running help desk. It stops when this value is dropped.
///
/// It listens on 127.0.0.1 only.
pub struct Sandbox {
    server: Server,
    url: String,
}

impl Sandbox {
    /// Starts a sandbox on a free port, with the demo desk and the token `sandbox-token`.
    ///
    /// # Errors
    ///
    /// When this machine offers no port or no thread.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Starts a sandbox on a given port or with another token.
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            token: DEFAULT_TOKEN.to_owned(),
            record: true,
            quirks: false,
            idle_timeout: Duration::from_secs(10),
        }
    }

    /// The base URL, `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The `api_token` that opens this sandbox.
    #[must_use]
    pub fn token(&self) -> &str {
        self.server.token()
    }

    /// A copy of a ticket as it is now.
    #[must_use]
    pub fn ticket(&self, id: u64) -> Option<Ticket> {
        self.server.state().desk.ticket(id).cloned()
    }

    /// A copy of a client as it is now.
    #[must_use]
    pub fn client(&self, id: u64) -> Option<Client> {
        self.server.state().desk.client(id).cloned()
    }

    /// A copy of an agent as they are now.
    #[must_use]
    pub fn agent(&self, id: u64) -> Option<Agent> {
        self.server.state().desk.known_agent(id).ok().cloned()
    }

    /// Every request received so far, in order, answered by a script or not.
    ///
    /// A request that is not HTTP, or exceeds a bound, is refused without being recorded.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.server.state().received.clone()
    }

    /// Forgets the requests received so far.
    pub fn clear_requests(&self) {
        self.server.state().received.clear();
    }

    /// How many TCP connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Queues an answer: the next request that has none yet gets it instead of the real one.
    pub fn script(&self, answer: ScriptedResponse) {
        self.server.state().script.push_back(answer);
    }

    /// Posts an event to a server of yours, as Usedesk does, and gives its answer, whatever its
    /// status. Redirects are not followed.
    ///
    /// The URL is an `http://` one that leads to this machine. The server may call this sandbox
    /// while it handles the event. It may be silent for [`Builder::idle_timeout`], and the whole
    /// exchange may take six times as long.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the desk has no such ticket, chat or comment, when a changed ticket has
    /// no change in its history, or when the URL is another; `TimedOut` when the server takes too
    /// long; otherwise when it cannot be reached or its answer is not HTTP.
    pub fn fire(&self, url: &str, event: &Event) -> io::Result<Reply> {
        let (content_type, body) = event.encode(&self.server.state().desk)?;
        http::post(url, &content_type, &body, self.server.idle_timeout())
    }
}

impl fmt::Debug for Sandbox {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Settings of a [`Sandbox`] that is about to start. Made by [`Sandbox::builder`].
#[derive(Clone)]
#[must_use]
pub struct Builder {
    port: u16,
    token: String,
    record: bool,
    quirks: bool,
    idle_timeout: Duration,
}

impl Builder {
    /// The port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The `api_token` that opens the sandbox; `sandbox-token` by default.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Whether requests are kept for [`Sandbox::requests`]; they are by default. A program that
    /// runs for long turns this off, or its memory grows with every request.
    pub fn record(mut self, record: bool) -> Self {
        self.record = record;
        self
    }

    /// Whether answers come in the awkward spellings that Usedesk was seen to use: numbers as
    /// strings, `"0"` for nobody, `{}` for empty lists, JSON escaped as PHP does. Off by default. A
    /// client that reads both spellings is ready for a live desk.
    pub fn quirks(mut self, quirks: bool) -> Self {
        self.quirks = quirks;
        self
    }

    /// How long a connection may stay silent before it is closed; 10 seconds by default. A whole
    /// request may take six times as long to arrive.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// When the port is taken, when the token is empty or the timeout zero (`InvalidInput`), or
    /// when this machine offers no thread.
    pub fn start(self) -> io::Result<Sandbox> {
        if self.token.is_empty() || self.idle_timeout.is_zero() {
            let message = "the sandbox needs a token and an idle timeout above zero";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let url = format!("http://{}", listener.local_addr()?);
        let settings = Settings {
            token: self.token,
            record: self.record,
            quirks: self.quirks,
            idle_timeout: self.idle_timeout,
        };
        let server = Server::start(listener, settings, Desk::demo(&url))?;
        Ok(Sandbox { server, url })
    }
}

impl fmt::Debug for Builder {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("record", &self.record)
            .field("quirks", &self.quirks)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}
