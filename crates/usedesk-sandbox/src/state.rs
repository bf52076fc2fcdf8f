//! Everything that requests and tests change.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::api_error::ErrorCode;
use crate::delivery::{Deliveries, Post};
use crate::desk::{Desk, Effect, percent_encode};
use crate::event::Event;
use crate::http::{Request, Response};
use crate::journal::{self, Journal, JournalEntry, Outcome};
use crate::methods::{Handled, Route};
#[cfg(feature = "program")]
use crate::notice::Notices;
use crate::outbox::Outbox;
use crate::past::Past;
use crate::php::BodyError;
use crate::rate::Rate;
use crate::received::Received;
use crate::reply::Reply;
use crate::script::Script;
use crate::scripted_response::ScriptedResponse;
use crate::settings::{LimitResponse, RateLimit, Settings};
use crate::webhook::Webhook;

/// Name of the response header that lists ignored parameters.
const IGNORED: &str = "Sandbox-Ignored-Parameters";
/// Limit on its value, in bytes: some clients read heads of 8 KB only.
const IGNORED_LIMIT: usize = 1024;

/// The desk and everything around it, under one lock, which keeps the journal, responses and
/// effects in the same order.
pub(crate) struct State {
    pub(crate) desk: Desk,
    pub(crate) settings: Settings,
    pub(crate) script: Script,
    pub(crate) journal: Journal,
    pub(crate) deliveries: Deliveries,
    pub(crate) outbox: Outbox,
    rate: Rate,
    past: Past,
    /// Grows with each change of the desk.
    pub(crate) revision: u64,
    #[cfg(feature = "program")]
    pub(crate) notices: Notices,
    /// What a reset returns to.
    start: (Desk, Settings),
}

/// What to do for a request.
pub(crate) struct Decision {
    pub(crate) reply: Reply,
    pub(crate) delay: Duration,
    pub(crate) entry: Arc<JournalEntry>,
}

impl State {
    pub(crate) fn new(desk: Desk, settings: Settings, journal_limit: usize) -> Self {
        let mut state = Self {
            start: (desk.clone(), settings.clone()),
            desk,
            settings,
            script: Script::default(),
            journal: Journal::new(journal_limit),
            deliveries: Deliveries::default(),
            outbox: Outbox::default(),
            rate: Rate::default(),
            past: Past::default(),
            revision: 0,
            #[cfg(feature = "program")]
            notices: Notices::default(),
        };
        state.welcome(&[]);
        state
    }

    /// Restores desk and settings as they were at the start, removes scripted responses and drops
    /// webhooks that were not sent yet.
    pub(crate) fn reset(&mut self) {
        let (desk, settings) = self.start.clone();
        self.desk = desk;
        self.outbox.retain(|_| false);
        self.change_settings(settings);
        self.script.clear();
        self.rate = Rate::default();
        self.past = Past::default();
        self.revision += 1;
        #[cfg(feature = "program")]
        self.notices.add("state", "reset", self.journal.last_id());
    }

    /// Returns what to send to a URL for an event. Fails if the desk lacks its subject.
    pub(crate) fn post(&self, event: &Event, url: &str) -> io::Result<Post> {
        event.post(&self.desk, self.settings.quirks, url)
    }

    /// Replaces the settings. A webhook with a new URL gets a ping; those that wait for a URL that is no
    /// longer set are dropped.
    pub(crate) fn change_settings(&mut self, settings: Settings) {
        let before = std::mem::replace(&mut self.settings, settings);
        let webhooks = &self.settings.webhooks;
        self.outbox.retain(|url| webhooks.iter().any(|webhook| webhook.url == url));
        self.past.forget(Instant::now(), self.settings.read_lag);
        self.welcome(&before.webhooks);
    }

    /// Sends a ping to each webhook whose URL is not among the known ones.
    fn welcome(&mut self, known: &[Webhook]) {
        for webhook in &self.settings.webhooks {
            if known.iter().all(|other| other.url != webhook.url)
                && let Ok(ping) = self.post(&webhook.ping(), &webhook.url)
            {
                send(&mut self.outbox, &mut self.deliveries, ping);
            }
        }
    }

    /// Posts effects to the webhooks, with the desk as it is now.
    fn announce(&mut self, effects: &[Effect]) {
        for effect in effects {
            for webhook in &self.settings.webhooks {
                if let Some(event) = webhook.event(effect)
                    && let Ok(post) = self.post(&event, &webhook.url)
                {
                    send(&mut self.outbox, &mut self.deliveries, post);
                }
            }
        }
    }

    /// Replaces the desk; a reset still returns to the one at the start.
    #[cfg(feature = "program")]
    pub(crate) fn replace_desk(&mut self, desk: Desk) {
        self.desk = desk;
        self.past = Past::default();
        self.revision += 1;
        self.notices.add("state", "replaced", self.journal.last_id());
    }

    /// Runs a method for a test or a control call: with the token and without quirks. It sees the desk as
    /// it is now, takes no scripted response and is not journaled.
    #[cfg(feature = "program")]
    pub(crate) fn call(&mut self, request: Request) -> Handled {
        let (mut received, body_error) = Received::read(request);
        let settings = Settings { quirks: false.into(), ..self.settings.clone() };
        received.parameters.insert("api_token".to_owned(), settings.token.clone().into());
        let route = Route::of(&received.path);
        let before = (!settings.read_lag.is_zero()).then(|| self.desk.clone());
        let handled = route.respond(&mut self.desk, &settings, &received, body_error.as_ref());
        if self.finish().is_empty() {
            return handled;
        }
        if let Some(before) = before {
            self.past.keep(Instant::now(), before);
        }
        self.changed("desk");
        handled
    }

    /// Removes all scripted responses.
    pub(crate) fn clear_script(&mut self) {
        self.script.clear();
        self.changed("scripts");
    }

    /// Takes what a method did, and posts it to the webhooks.
    fn finish(&mut self) -> Vec<Effect> {
        let effects = self.desk.take_effects();
        self.revision += u64::from(!effects.is_empty());
        self.announce(&effects);
        effects
    }

    /// Tells those who follow what happens that something was changed other than by a request.
    pub(crate) fn changed(&mut self, what: &'static str) {
        #[cfg(feature = "program")]
        self.notices.add("changed", what, self.journal.last_id());
        #[cfg(not(feature = "program"))]
        let _ = (self, what);
    }
}

/// A request that is parsed and waits for the lock.
pub(crate) struct Arrived {
    received: Received,
    body_error: Option<BodyError>,
    peer: Option<IpAddr>,
    time: Timestamp,
    start: Instant,
}

impl Arrived {
    pub(crate) fn new(request: Request) -> Self {
        let (time, start) = (Timestamp::now(), Instant::now());
        let peer = request.peer;
        let (received, body_error) = Received::read(request);
        Self { received, body_error, peer, time, start }
    }
}

impl State {
    /// Takes a scripted response for the request, runs the method if that allows it, and journals
    /// the request.
    pub(crate) fn handle(&mut self, arrived: Arrived) -> Decision {
        let Arrived { received, body_error, peer, time, start } = arrived;
        let route = Route::of(&received.path);
        let ignored = route.ignored(&received);
        let (script, scripted) = match self.script.take(&route, &received) {
            Some((id, scripted)) => (Some(id), scripted),
            None => (None, ScriptedResponse::passthrough()),
        };
        let limited = self.limit(&received, peer, start).filter(|_| script.is_none());
        let handled = limited.or_else(|| {
            scripted.acts().then(|| self.act(&route, &received, body_error.as_ref(), start))
        });
        let (response, rejection) = match handled {
            Some(Handled { mut response, rejection }) => {
                if !ignored.is_empty() {
                    response.set_header(IGNORED.to_owned(), joined(&ignored));
                }
                (Some(response), rejection)
            }
            None => (None, None),
        };
        let outcome = match rejection {
            _ if script.is_some() => Outcome::Scripted,
            Some(rejection) => Outcome::Rejected(rejection),
            None => Outcome::Ok,
        };
        let delay = scripted.delay_before().saturating_add(self.settings.delay());
        let reply = scripted.into_reply(response);
        let operation = route.operation();
        let effects = self.finish();
        let entry = self.journal.add(JournalEntry {
            id: 0,
            time: journal::to_text(time),
            operation,
            ignored,
            outcome,
            script,
            effects,
            response: reply.sent(),
            request: received,
            duration: start.elapsed(),
        });
        Decision { reply, delay, entry }
    }

    /// Runs the method of a request. A read may see an earlier desk.
    fn act(
        &mut self,
        route: &Route<'_>,
        received: &Received,
        body_error: Option<&BodyError>,
        now: Instant,
    ) -> Handled {
        let Self { desk, settings, past, .. } = self;
        past.forget(now, settings.read_lag);
        if settings.read_lag.is_zero() {
            return route.respond(desk, settings, received, body_error);
        }
        if route.reads() {
            let desk = past.seen().unwrap_or(desk);
            return route.respond(desk, settings, received, body_error);
        }
        let before = desk.clone();
        let handled = route.respond(desk, settings, received, body_error);
        if !desk.effects.is_empty() {
            past.keep(now, before);
        }
        handled
    }

    /// Counts a request; returns its response if it is beyond the rate limit.
    fn limit(
        &mut self,
        received: &Received,
        peer: Option<IpAddr>,
        now: Instant,
    ) -> Option<Handled> {
        let limit = self.settings.rate_limit?;
        let token = received.parameters.get("api_token").and_then(Value::as_str);
        let client = match (token, peer) {
            (Some(token), _) => token.to_owned(),
            (None, peer) => peer.map_or_else(String::new, |address| address.to_string()),
        };
        let wait = self.rate.accept(&client, limit.per_minute, now).err()?;
        Some(too_many(limit, wait))
    }
}

/// Queues a webhook. If too many wait, the delivery says so.
fn send(outbox: &mut Outbox, deliveries: &mut Deliveries, post: Post) {
    if let Err(post) = outbox.push(post) {
        let (_, delivery) = post.deliver(|_| Err(io::Error::other("too many webhooks wait")));
        deliveries.add(delivery);
    }
}

/// Returns the response of a request beyond the rate limit.
fn too_many(limit: RateLimit, wait: Duration) -> Handled {
    let error = ErrorCode::TooManyRequests.error("too many requests");
    let status = match limit.response {
        LimitResponse::Status => 429,
        LimitResponse::Code => 200,
    };
    let body = error.to_json().to_string().into_bytes();
    let mut response = Response::typed(status, "application/json", body);
    if limit.retry_after {
        // Rounded up, so that the next request is accepted.
        let seconds = wait.as_millis().div_ceil(1_000);
        response.set_header("Retry-After".to_owned(), seconds.to_string());
    }
    Handled { response, rejection: Some(error.rejection()) }
}

/// Joins percent-encoded names by a comma, up to a limit.
fn joined(names: &[String]) -> String {
    let mut joined = String::new();
    for name in names {
        let name = percent_encode(name);
        if joined.len() + name.len() > IGNORED_LIMIT {
            joined.push_str(", ...");
            break;
        }
        if !joined.is_empty() {
            joined.push_str(", ");
        }
        joined.push_str(&name);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DEFAULT_TOKEN;

    #[test]
    fn tokens_and_addresses_are_limited_separately() {
        let mut settings = Settings::new(DEFAULT_TOKEN.to_owned(), false.into());
        settings.rate_limit = Some(RateLimit::per_minute(1));
        let mut state = State::new(Desk::demo("http://h"), settings, 10);
        let mut status = |target: &str, peer: [u8; 4]| {
            state.handle(arrived(&format!("GET {target}"), peer)).entry.response.status
        };
        let (one, other) = ([127, 0, 0, 1], [127, 0, 0, 2]);
        assert_eq!(status("/tags?api_token=a", one), Some(200));
        // The same token from elsewhere.
        assert_eq!(status("/tags?api_token=a", other), Some(429));
        assert_eq!(status("/tags?api_token=b", one), Some(200));
        assert_eq!(status("/tags", one), Some(200));
        assert_eq!(status("/tags", one), Some(429));
        assert_eq!(status("/tags", other), Some(200));
    }

    /// Copies of the desk are dropped by any request, and with the lag.
    #[test]
    fn desks_of_the_past_are_not_kept_for_long() {
        let mut settings = Settings::new(DEFAULT_TOKEN.to_owned(), false.into());
        settings.read_lag = Duration::from_nanos(1);
        let mut state = State::new(Desk::demo("http://h"), settings, 10);
        let mut kept = |target: &str| {
            state.handle(arrived(target, [127, 0, 0, 1]));
            state.past.len()
        };
        let token = format!("api_token={DEFAULT_TOKEN}&ticket_id=4501");
        for status in [2, 3, 4] {
            assert_eq!(kept(&format!("POST /update/ticket?{token}&status={status}")), 1);
        }
        assert_eq!(kept("GET /nowhere"), 0);
        state.settings.read_lag = Duration::from_secs(60);
        for status in [5, 6] {
            state.handle(arrived(&format!("POST /update/ticket?{token}&status={status}"), [0; 4]));
        }
        assert_eq!(state.past.len(), 2);
        let settings = Settings { read_lag: Duration::ZERO, ..state.settings.clone() };
        state.change_settings(settings);
        assert_eq!(state.past.len(), 0);
    }

    fn arrived(target: &str, peer: [u8; 4]) -> Arrived {
        let head = format!("{target} HTTP/1.0\r\n\r\n");
        let parsed = Request::parse_head(head.as_bytes()).ok().flatten();
        let (mut request, _) = parsed.unwrap_or_else(|| unreachable!("the head is complete"));
        request.peer = Some(peer.into());
        Arrived::new(request)
    }
}
