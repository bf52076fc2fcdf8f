//! A running sandbox and its builder.

mod builder;

use std::fmt;
use std::io;
#[cfg(feature = "program")]
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "program")]
use serde_json::Value;

pub use self::builder::Builder;
#[cfg(feature = "program")]
use crate::api_error::Rejection;
use crate::delivery::Delivery;
use crate::desk::{Agent, Client, Ticket};
#[cfg(feature = "program")]
use crate::document;
use crate::event::Event;
use crate::http::EventResponse;
#[cfg(feature = "program")]
use crate::http::Request;
use crate::journal::JournalEntry;
#[cfg(feature = "program")]
use crate::methods::Route;
use crate::received::Received;
use crate::scripted_response::ScriptedResponse;
use crate::server::Server;
use crate::settings::Settings;
use crate::state::State;
use crate::webhook::Webhook;

/// A running sandbox, which listens on 127.0.0.1 unless [`Builder::host`] sets another address.
///
/// It stops when this value is dropped.
pub struct Sandbox {
    server: Server,
    url: String,
    token: String,
    /// The certificate of the authority.
    #[cfg(feature = "program")]
    certificate: Option<PathBuf>,
}

impl Sandbox {
    /// Returns the base URL, `http://127.0.0.1:PORT`, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the file with the certificate that clients must trust, if the sandbox serves TLS, with
    /// `https` instead of `http` in [`Sandbox::url`].
    #[cfg(feature = "program")]
    #[must_use]
    pub fn ca_certificate(&self) -> Option<&Path> {
        self.certificate.as_deref()
    }

    /// Returns the accepted `api_token`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Returns a copy of a ticket's current state.
    #[must_use]
    pub fn ticket(&self, id: u64) -> Option<Ticket> {
        self.server.shared().state().desk.ticket(id).cloned()
    }

    /// Returns a copy of a client's current state.
    #[must_use]
    pub fn client(&self, id: u64) -> Option<Client> {
        self.server.shared().state().desk.client(id).cloned()
    }

    /// Returns a copy of an agent's current state.
    #[must_use]
    pub fn agent(&self, id: u64) -> Option<Agent> {
        self.server.shared().state().desk.known_agent(id).ok().cloned()
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
        self.server.shared().state().journal.entries().cloned().collect()
    }

    /// Deletes the recorded requests.
    pub fn clear_requests(&self) {
        self.server.shared().update(|state| {
            state.journal.clear();
            state.changed("requests");
        });
    }

    /// Restores the desk and the settings as they were at the start, removes all scripted responses
    /// and drops webhooks that were not sent yet. Recorded requests stay.
    pub fn reset(&self) {
        self.server.shared().update(State::reset);
    }

    /// Returns the whole desk as a JSON document, which [`Builder::seed`] loads.
    #[cfg(feature = "program")]
    #[must_use]
    pub fn state(&self) -> Value {
        let desk = self.server.shared().state().desk.clone();
        document::save(&desk)
    }

    /// Returns a number that grows whenever the desk changes.
    #[cfg(feature = "program")]
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.server.shared().state().revision
    }

    /// Runs a method of the API without a request: it takes no token, no scripted response and no fault,
    /// and is not journaled. Webhooks are posted.
    ///
    /// `path` is that of the method, such as `/update/ticket`, and `parameters` an object. Returns the
    /// response of the desk.
    ///
    /// # Errors
    ///
    /// The [`Rejection`], when the desk rejects it, and nothing has changed.
    #[cfg(feature = "program")]
    pub fn call(&self, path: &str, parameters: &Value) -> Result<Value, Rejection> {
        let request = Request::of_api(Route::of(path).verb(), path, parameters);
        let handled = self.server.shared().update(|state| state.call(request));
        let body = serde_json::from_slice(&handled.response.body).unwrap_or_default();
        handled.rejection.map_or(Ok(body), Err)
    }

    /// Returns the number of TCP connections accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Queues a response for later requests. Each request takes the first queued response that
    /// matches it; if there is none the sandbox responds normally.
    pub fn script(&self, response: ScriptedResponse) {
        self.server.shared().update(|state| {
            state.script.add(response);
            state.changed("scripts");
        });
    }

    /// Removes all scripted responses.
    pub fn clear_script(&self) {
        self.server.shared().update(State::clear_script);
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
        let post = self.server.shared().state().post(event, url)?;
        self.server.shared().deliver(post).0
    }

    /// Sets where changes of the desk are posted, instead of the webhooks before. Each new URL gets a
    /// ping first. Does not wait for anything to be sent.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when there are more than [`MAX_WEBHOOKS`](crate::MAX_WEBHOOKS); nothing is changed.
    pub fn set_webhooks(&self, webhooks: impl IntoIterator<Item = Webhook>) -> io::Result<()> {
        let webhooks = webhooks.into_iter().collect();
        self.server.shared().update(|state| {
            let settings = Settings { webhooks, ..state.settings.clone() };
            settings.check()?;
            state.change_settings(settings);
            state.changed("settings");
            Ok(())
        })
    }

    /// Returns the latest events that were sent, up to 1,000, and about 32 MB.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Arc<Delivery>> {
        self.server.shared().state().deliveries.after(0).cloned().collect()
    }
}

impl fmt::Debug for Sandbox {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}
