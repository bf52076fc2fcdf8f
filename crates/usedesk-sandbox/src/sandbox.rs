//! A running sandbox and its builder.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "program")]
use serde_json::Value;

#[cfg(feature = "program")]
use crate::control::{self, Hosts};
use crate::desk::{Agent, Client, Desk, Ticket};
#[cfg(feature = "program")]
use crate::document;
use crate::event::Event;
use crate::http::{self, EventResponse};
use crate::journal::{self, JournalEntry};
use crate::received::Received;
use crate::scripted_response::ScriptedResponse;
use crate::server::{Observer, Server};
use crate::settings::Settings;
use crate::state::State;

/// Default `api_token`, unless [`Builder::token`] sets another.
pub const DEFAULT_TOKEN: &str = "sandbox-token";

/// A running sandbox, which listens on 127.0.0.1 only.
///
/// It stops when this value is dropped.
pub struct Sandbox {
    server: Server,
    url: String,
    token: String,
}

impl Sandbox {
    /// Starts a sandbox on a free port, with the demo desk and the token `sandbox-token`.
    ///
    /// # Errors
    ///
    /// When no port is free or no thread can be started.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Creates a builder, to set the port, the token and other options.
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            token: DEFAULT_TOKEN.to_owned(),
            journal_limit: journal::DEFAULT_LIMIT,
            quirks: false,
            idle_timeout: Duration::from_secs(10),
            observer: None,
            #[cfg(feature = "program")]
            host_names: Vec::new(),
            #[cfg(feature = "program")]
            seed: None,
        }
    }

    /// Returns the base URL, `http://127.0.0.1:PORT`, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the accepted `api_token`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Returns a copy of a ticket's current state.
    #[must_use]
    pub fn ticket(&self, id: u64) -> Option<Ticket> {
        self.server.state().desk.ticket(id).cloned()
    }

    /// Returns a copy of a client's current state.
    #[must_use]
    pub fn client(&self, id: u64) -> Option<Client> {
        self.server.state().desk.client(id).cloned()
    }

    /// Returns a copy of an agent's current state.
    #[must_use]
    pub fn agent(&self, id: u64) -> Option<Agent> {
        self.server.state().desk.known_agent(id).ok().cloned()
    }

    /// Returns the latest requests in order, including those that got a scripted response: up to
    /// [`Builder::journal_limit`] requests and about 128 MB.
    ///
    /// A request that is not valid HTTP or exceeds a limit is rejected and not recorded.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        let journal = self.journal();
        journal.into_iter().map(|entry| entry.request.clone()).collect()
    }

    /// Returns the same requests with what became of them: the operation, ignored parameters, the
    /// outcome, changes and the response.
    #[must_use]
    pub fn journal(&self) -> Vec<Arc<JournalEntry>> {
        self.server.state().journal.entries().cloned().collect()
    }

    /// Deletes the recorded requests.
    pub fn clear_requests(&self) {
        self.server.state().journal.clear();
    }

    /// Restores the desk as it was at the start and removes all scripted responses. Recorded
    /// requests stay.
    pub fn reset(&self) {
        self.server.state().reset();
    }

    /// Returns the whole desk as a JSON document, which [`Builder::seed`] loads.
    #[cfg(feature = "program")]
    #[must_use]
    pub fn state(&self) -> Value {
        let desk = self.server.state().desk.clone();
        document::save(&desk)
    }

    /// Returns a number that grows whenever the desk changes.
    #[cfg(feature = "program")]
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.server.state().revision
    }

    /// Returns the number of TCP connections accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Queues a response for later requests. Each request takes the first queued response that
    /// matches it; if there is none the sandbox responds normally.
    pub fn script(&self, response: ScriptedResponse) {
        self.server.state().script.add(response);
    }

    /// Removes all scripted responses.
    pub fn clear_script(&self) {
        self.server.state().script.clear();
    }

    /// Posts an event to your server, as Usedesk does, and returns the response, whatever its
    /// status. Redirects are not followed.
    ///
    /// The URL must be an `http://` URL of this machine. The server may call this sandbox while it
    /// handles the event. It may be idle for [`Builder::idle_timeout`]; the whole exchange may take
    /// six times that long.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the desk has no such ticket, chat or comment, when the ticket of
    /// [`Event::ticket_changed`] has no change in its history, or when the URL is not allowed;
    /// `TimedOut` when the server takes too long; other kinds when the server cannot be reached or
    /// its response is not HTTP.
    pub fn fire(&self, url: &str, event: &Event) -> io::Result<EventResponse> {
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

/// Builder of a [`Sandbox`], created by [`Sandbox::builder`].
#[derive(Clone)]
#[must_use]
pub struct Builder {
    port: u16,
    token: String,
    journal_limit: usize,
    quirks: bool,
    idle_timeout: Duration,
    observer: Option<Observer>,
    #[cfg(feature = "program")]
    host_names: Vec<String>,
    #[cfg(feature = "program")]
    seed: Option<Value>,
}

impl Builder {
    /// Sets the port to listen on. 0, the default, picks a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the accepted `api_token`. The default is `sandbox-token`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Sets how many requests are recorded for [`Sandbox::requests`] before the oldest ones are
    /// dropped. The default is 10,000; 0 turns recording off.
    pub fn journal_limit(mut self, requests: usize) -> Self {
        self.journal_limit = requests;
        self
    }

    /// Sets whether responses use the alternative spellings seen from Usedesk: numbers as strings,
    /// `"0"` for an absent id, `{}` for an empty list, JSON escaped as PHP does. Off by default. A
    /// client should be able to read both spellings.
    pub fn quirks(mut self, quirks: bool) -> Self {
        self.quirks = quirks;
        self
    }

    /// Sets how long a connection may be idle before it is closed. The default is 10 seconds. A
    /// whole request may take six times that long to arrive.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Sets a function that is called with each request, before its response is sent. It must not
    /// block for long: the response waits for it.
    pub fn on_request(mut self, observer: impl Fn(&JournalEntry) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Adds a name of this machine that control calls over HTTP may use in `Host` and `Origin`,
    /// besides `localhost` and loopback addresses.
    #[cfg(feature = "program")]
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_names.push(name.into());
        self
    }

    /// Sets the desk at the start, as a document that [`Sandbox::state`] returned or that was written
    /// by hand. The default is the demo desk. `docs/sandbox.md` describes the format.
    #[cfg(feature = "program")]
    pub fn seed(mut self, document: Value) -> Self {
        self.seed = Some(document);
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// When the port is in use, when the token is empty, the timeout is zero or the seed is invalid
    /// (`InvalidInput`), or when no thread can be started.
    pub fn start(self) -> io::Result<Sandbox> {
        if self.token.is_empty() || self.idle_timeout.is_zero() {
            let message = "the token must not be empty and the idle timeout must be above zero";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let url = format!("http://{}", listener.local_addr()?);
        let settings = Settings { token: self.token.clone(), quirks: self.quirks };
        let desk = Desk::demo(&url);
        #[cfg(feature = "program")]
        let desk = match self.seed {
            Some(document) => document::load(document, &url)?,
            None => desk,
        };
        let state = State::new(desk, settings, self.journal_limit);
        #[cfg(feature = "program")]
        let hosts = Hosts::new(listener.local_addr()?.ip(), self.host_names);
        let server = Server::start(
            listener,
            self.idle_timeout,
            state,
            self.observer,
            #[cfg(feature = "program")]
            control::Options::new(hosts),
        )?;
        Ok(Sandbox { server, url, token: self.token })
    }
}

impl fmt::Debug for Builder {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("journal_limit", &self.journal_limit)
            .field("quirks", &self.quirks)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}
