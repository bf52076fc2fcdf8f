//! Builds a sandbox.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::ops::RangeInclusive;
#[cfg(feature = "program")]
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "program")]
use serde_json::Value;

use super::Sandbox;
#[cfg(feature = "program")]
use crate::control::Hosts;
use crate::delivery::Delivery;
use crate::desk::Desk;
#[cfg(feature = "program")]
use crate::document;
use crate::journal::{self, JournalEntry};
use crate::observed::{Observed, Observer};
use crate::quirks::Quirks;
use crate::server::Server;
use crate::settings::{DEFAULT_TOKEN, RateLimit, Settings};
#[cfg(doc)]
use crate::settings::{MAX_LATENCY, MAX_WEBHOOKS};
use crate::shared::{DeliveryObserver, Shared};
#[cfg(feature = "program")]
use crate::start_error::StartError;
use crate::state::State;
#[cfg(feature = "program")]
use crate::tls::{self, Authority};
use crate::webhook::Webhook;

/// Builder of a [`Sandbox`], created by [`Sandbox::builder`].
#[derive(Clone)]
#[must_use]
pub struct Builder {
    port: u16,
    token: String,
    journal_limit: usize,
    quirks: Quirks,
    latency: RangeInclusive<Duration>,
    rate_limit: Option<RateLimit>,
    read_lag: Duration,
    host: IpAddr,
    idle_timeout: Duration,
    max_connections: usize,
    public_url: Option<String>,
    webhooks: Vec<Webhook>,
    observer: Option<Observer>,
    on_delivery: Option<DeliveryObserver>,
    #[cfg(feature = "program")]
    host_names: Vec<String>,
    #[cfg(feature = "program")]
    authority: Option<Authority>,
    #[cfg(feature = "program")]
    seed: Option<Value>,
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
        Builder::new()
    }
}

impl Builder {
    fn new() -> Self {
        Self {
            port: 0,
            token: DEFAULT_TOKEN.to_owned(),
            journal_limit: journal::DEFAULT_LIMIT,
            quirks: Quirks::none(),
            latency: Duration::ZERO..=Duration::ZERO,
            rate_limit: None,
            read_lag: Duration::ZERO,
            host: Ipv4Addr::LOCALHOST.into(),
            idle_timeout: Duration::from_secs(10),
            max_connections: 500,
            public_url: None,
            webhooks: Vec::new(),
            observer: None,
            on_delivery: None,
            #[cfg(feature = "program")]
            host_names: Vec::new(),
            #[cfg(feature = "program")]
            authority: None,
            #[cfg(feature = "program")]
            seed: None,
        }
    }

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

    /// Sets how responses and events differ from the plain ones, as those of a live Usedesk do: with
    /// `true` [`Quirks::realistic`], or with `[Quirk::Numbers]` only those. None by default. A client
    /// should be able to read responses with and without them.
    pub fn quirks(mut self, quirks: impl Into<Quirks>) -> Self {
        self.quirks = quirks.into();
        self
    }

    /// Delays each response by a random time within this range, up to [`MAX_LATENCY`]. No delay by default.
    pub fn latency(mut self, range: RangeInclusive<Duration>) -> Self {
        self.latency = range;
        self
    }

    /// Rejects requests beyond a rate limit. No limit by default.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Lets methods that only read not see a change for this long, up to [`MAX_LATENCY`]. No lag by
    /// default. Reads lag behind the latest 100 changes at most.
    pub fn read_lag(mut self, lag: Duration) -> Self {
        self.read_lag = lag;
        self
    }

    /// Sets the address to listen on. The default is 127.0.0.1. With any other address but loopback,
    /// everyone who reaches this machine over the network can use the sandbox.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Sets how long a connection may be idle before it is closed. The default is 10 seconds. A
    /// whole request may take six times that long to arrive.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Sets how many connections may be open. Beyond that the one that has waited for a request for the
    /// longest is closed. If all of them are handling requests the new one is closed. The default is
    /// 500; 0 means 1.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets a function that is called with each request, one at a time in the order of
    /// [`Sandbox::journal`], before the response is sent. It must not block for long, since responses wait
    /// for it, and it must not send requests to the sandbox, which would wait forever.
    pub fn on_request(mut self, observer: impl Fn(&JournalEntry) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets a function that is called with each event that was sent, after the response. It must not
    /// block for long: the next event to the same URL waits for it.
    pub fn on_delivery(mut self, observer: impl Fn(&Delivery) + Send + Sync + 'static) -> Self {
        self.on_delivery = Some(Arc::new(observer));
        self
    }

    /// Adds a URL of your server to which changes of the desk are posted, up to [`MAX_WEBHOOKS`].
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.webhooks.push(webhook);
        self
    }

    /// Sets the base of links in responses and events, such as those to uploaded files. By default links
    /// in responses start with the host that the request names, and links in events with
    /// [`Sandbox::url`].
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Adds a name of this machine that control calls over HTTP may use in `Host` and `Origin`,
    /// besides `localhost` and loopback addresses.
    #[cfg(feature = "program")]
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_names.push(name.into());
        self
    }

    /// Serves TLS, too, on the same port: for `localhost`, loopback addresses, the bound address and
    /// every [`Builder::host_name`]. The certificate is made at the start, by a certificate authority
    /// that is kept in this folder and created there if absent. Clients must trust `ca.pem` of the
    /// folder; whoever reads `ca-key.pem` can pretend to be any server to them.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or written, or its files are not a certificate authority.
    #[cfg(feature = "program")]
    pub fn tls(mut self, folder: impl AsRef<Path>) -> io::Result<Self> {
        self.authority = Some(Authority::open(folder.as_ref())?);
        Ok(self)
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
    /// When the port is in use, when the token is empty, the timeout is zero, a setting exceeds its limit or
    /// the seed or a host name is invalid (`InvalidInput`), or when no thread can be started. With the feature
    /// `program`, the error of a seed or a certificate contains a `StartError`.
    pub fn start(self) -> io::Result<Sandbox> {
        if self.token.is_empty() || self.idle_timeout.is_zero() {
            let message = "the token must not be empty and the idle timeout must be above zero";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let mut settings = Settings::new(self.token.clone(), self.quirks);
        settings.latency = self.latency;
        settings.rate_limit = self.rate_limit;
        settings.read_lag = self.read_lag;
        settings.webhooks = self.webhooks;
        settings.follows_host = self.public_url.is_none();
        settings.check()?;
        let listener = TcpListener::bind((self.host, self.port))?;
        let mut address = listener.local_addr()?;
        #[cfg(feature = "program")]
        let tls = match &self.authority {
            Some(authority) => {
                let names = tls::names(address.ip(), &self.host_names);
                Some(authority.serve(names).map_err(|error| StartError::tls(&error))?)
            }
            None => None,
        };
        #[cfg(feature = "program")]
        let hosts = Hosts::new(address.ip(), self.host_names);
        if address.ip().is_unspecified() {
            // All addresses of this machine, of which this is one.
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        let url = format!("http://{address}");
        let base_url = self.public_url.as_deref().unwrap_or(&url).trim_end_matches('/');
        let desk = Desk::demo(base_url);
        #[cfg(feature = "program")]
        let desk = match self.seed {
            Some(document) => document::load(document, base_url).map_err(StartError::from)?,
            None => desk,
        };
        let state = State::new(desk, settings, self.journal_limit);
        let shared = Shared::new(
            self.idle_timeout,
            self.max_connections,
            state,
            self.observer.map(Observed::new),
            self.on_delivery,
            #[cfg(feature = "program")]
            hosts,
            #[cfg(feature = "program")]
            tls,
        );
        let server = Server::start(listener, address, shared)?;
        Ok(Sandbox {
            server,
            url,
            token: self.token,
            #[cfg(feature = "program")]
            certificate: self.authority.map(|authority| authority.certificate),
        })
    }
}

impl fmt::Debug for Builder {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("journal_limit", &self.journal_limit)
            .field("quirks", &self.quirks)
            .field("latency", &self.latency)
            .field("rate_limit", &self.rate_limit)
            .field("read_lag", &self.read_lag)
            .field("host", &self.host)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_connections", &self.max_connections)
            .field("webhooks", &self.webhooks)
            .finish_non_exhaustive()
    }
}
