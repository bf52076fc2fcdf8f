//! Building a handle.

use std::env;
use std::fmt;
use std::sync::Arc;

use reqwest::{ClientBuilder, Url, redirect, retry};
use usedesk_core::internal::{self, BuilderSettings, CheckedConfig, Proxy};
use usedesk_core::shared_limit::{SharedRateLimiter, SlotReply};
use usedesk_core::{
    ApiToken, BoxFuture, Error, ExchangeResult, MAX_TIMEOUT, Rule, Transport, Violations,
};

use crate::resolver::SharedResolver;
use crate::tls;
use crate::transport::{ReqwestTransport, root_cause};
use crate::usedesk::{DynSharedLimiter, DynTransport, Usedesk};

impl Usedesk {
    /// Creates a handle for the international cloud.
    ///
    /// `token` is the secret of an API channel.
    ///
    /// # Errors
    ///
    /// When the token is empty or contains control characters or whitespace, and when no root
    /// certificate of the operating system can be read.
    pub fn new(token: impl Into<ApiToken>) -> Result<Self, Error> {
        Self::builder(token).build()
    }

    /// Creates a handle with the token in the environment variable `USEDESK_API_TOKEN`, for the
    /// base URL in `USEDESK_BASE_URL` or, if that is not set, the international cloud. A variable
    /// that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when the token is not set or the base URL is invalid. The error
    /// names the variable.
    pub fn from_env() -> Result<Self, Error> {
        Builder::from_env()?.build()
    }

    /// Starts building a handle with other settings than the defaults. [`Builder::from_env`] takes the
    /// token and the base URL from the environment.
    pub fn builder(token: impl Into<ApiToken>) -> Builder {
        Builder::new(BuilderSettings::new(token))
    }

    /// Creates a handle over another transport: a [mock](crate::testing::MockTransport) in a test,
    /// or one of your own, such as one around a finished `reqwest::Client`.
    ///
    /// What the default transport guarantees (no redirects, timeouts, limits of size, TLS) is then
    /// up to the given one.
    ///
    /// # Errors
    ///
    /// When the token is empty or contains control characters or whitespace.
    pub fn with_transport(
        token: impl Into<ApiToken>,
        transport: impl Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>> + 'static,
    ) -> Result<Self, Error> {
        Self::builder(token).transport(transport).build()
    }
}

/// Builds a [`Usedesk`]. Setters never fail; [`build`](Self::build) reports every invalid setting.
///
/// # Settings
///
#[doc = internal::builder_settings!()]
///
/// [`client_builder`](Self::client_builder), [`wrap_transport`](Self::wrap_transport) and
/// [`transport`](Self::transport) change or replace the HTTP client.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: BuilderSettings,
    native_tls: bool,
    client: Option<ClientBuilder>,
    /// The client builder has its own TLS settings.
    keeps_tls: bool,
    shared_limiter: Option<Arc<DynSharedLimiter>>,
    transport: Option<Arc<DynTransport>>,
    wrap: Option<Wrap>,
}

type Wrap = Box<dyn FnOnce(ReqwestTransport) -> Arc<DynTransport> + Send + Sync>;

impl Builder {
    pub(crate) fn new(settings: BuilderSettings) -> Self {
        Self {
            settings,
            native_tls: false,
            client: None,
            keeps_tls: false,
            shared_limiter: None,
            transport: None,
            wrap: None,
        }
    }

    /// Starts with the token in `USEDESK_API_TOKEN` and, if it is set, the base URL in
    /// `USEDESK_BASE_URL`. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// When the token is not set, or a variable is not UTF-8.
    pub fn from_env() -> Result<Self, Error> {
        BuilderSettings::from_variables(|name| env::var_os(name)).map(Self::new)
    }

    internal::builder_setters!();

    /// Shares a rate limit with other processes and hosts, by a limiter such as that of
    /// `usedesk-redis`, instead of limiting the calls of this handle alone.
    pub fn shared_rate_limiter(
        mut self,
        limiter: impl SharedRateLimiter<Reply = BoxFuture<SlotReply>> + 'static,
    ) -> Self {
        self = self.without_rate_limit();
        self.settings.shared_limit = Some(limiter.limit().clone());
        self.shared_limiter = Some(Arc::new(limiter));
        self
    }

    /// Uses the operating system's TLS library even if rustls is enabled.
    #[cfg(feature = "native-tls")]
    pub fn use_native_tls(mut self) -> Self {
        self.native_tls = true;
        self
    }

    /// Uses this reqwest client builder, with its pool, resolver and whatever else is set on it.
    ///
    /// Redirects, referers, reqwest's own retries, HTTP/2 and the logging of connections are
    /// switched off on it, and timeouts, proxy and TLS are set as on this builder. That cannot be
    /// done to a finished `reqwest::Client`; wrap one in a [transport](Usedesk::with_transport) of
    /// your own.
    ///
    /// Its resolver is kept. reqwest's default one leaves a thread behind for each DNS lookup that
    /// a timed-out call waited for, and dropping the runtime waits for that thread. Without a
    /// client builder there is at most one such thread per host, and nothing waits for it.
    pub fn client_builder(mut self, client_builder: ClientBuilder) -> Self {
        (self.client, self.keeps_tls) = (Some(client_builder), false);
        self
    }

    /// As [`client_builder`](Self::client_builder), but keeps its TLS settings: the library, the
    /// root certificates, client certificates.
    ///
    /// With the feature `rustls` or `aws-lc` it must have a preconfigured TLS backend, or the
    /// process a default crypto provider. Otherwise reqwest panics in [`build`](Self::build).
    pub fn client_builder_with_its_tls(mut self, client_builder: ClientBuilder) -> Self {
        (self.client, self.keeps_tls) = (Some(client_builder), true);
        self
    }

    /// Uses this transport; see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>> + 'static,
    ) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Wraps the transport that this builder makes of its settings, so that every exchange goes
    /// through yours: to add a header, to count, to cache.
    ///
    /// `wrap` gets the default transport and returns one that calls it. It is called once, by
    /// [`build`](Self::build). What the default transport guarantees still holds as far as yours
    /// passes on the request, the limits and the result. To wrap it several times, do so in one
    /// `wrap`: a second call of this setter replaces the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use usedesk_async::http::{HeaderValue, Request};
    /// use usedesk_async::{
    ///     Body, BoxFuture, ExchangeLimits, ExchangeResult, ReqwestTransport, Transport, Usedesk,
    /// };
    ///
    /// /// Tells the gateway which team sends the request.
    /// struct WithTeam(ReqwestTransport);
    ///
    /// impl Transport for WithTeam {
    ///     type Exchange = BoxFuture<ExchangeResult>;
    ///     type Sleep = BoxFuture<()>;
    ///
    ///     fn exchange(&self, mut request: Request<Body>, limits: ExchangeLimits) -> BoxFuture<ExchangeResult> {
    ///         request.headers_mut().insert("x-team", HeaderValue::from_static("billing"));
    ///         self.0.exchange(request, limits)
    ///     }
    ///
    ///     fn sleep(&self, duration: Duration) -> BoxFuture<()> {
    ///         self.0.sleep(duration)
    ///     }
    /// }
    ///
    /// let usedesk = Usedesk::builder("token").wrap_transport(WithTeam).build()?;
    /// # Ok::<(), usedesk_async::Error>(())
    /// ```
    pub fn wrap_transport<T>(
        mut self,
        wrap: impl FnOnce(ReqwestTransport) -> T + Send + Sync + 'static,
    ) -> Self
    where
        T: Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>> + 'static,
    {
        self.wrap = Some(Box::new(|transport| Arc::new(wrap(transport))));
        self
    }

    /// Checks all settings and creates the handle. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Invalid`](usedesk_core::ErrorKind::Invalid), with a violation for every invalid setting.
    pub fn build(mut self) -> Result<Usedesk, Error> {
        let mut violations = Violations::default();
        tls::check(&self.settings.root_certificates, &mut violations);
        self.check_combination(&mut violations);
        if self.transport.is_some() {
            // It has its own proxy, so an unusable one in the environment does not matter.
            self.settings.proxy = Proxy::None;
        }
        let config = self.settings.check(|name| env::var_os(name), violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, self.shared_limiter, transport));
        }
        let client = match self.client.take() {
            // Its timeouts must not end an attempt before the attempt timeout does.
            Some(client) => client.timeout(2 * MAX_TIMEOUT).read_timeout(2 * MAX_TIMEOUT),
            None => ClientBuilder::new().dns_resolver(SharedResolver::new()),
        };
        let transport = self.new_transport(client, &config)?;
        let transport = match self.wrap {
            Some(wrap) => wrap(transport),
            None => Arc::new(transport),
        };
        Ok(Usedesk::from_parts(config, self.shared_limiter, transport))
    }

    fn new_transport(
        &self,
        client: ClientBuilder,
        config: &CheckedConfig,
    ) -> Result<ReqwestTransport, Error> {
        let base_url =
            Url::parse(&config.base_url()).map_err(|error| unusable("base_url", &error))?;
        let mut client = client
            // A redirect would carry the token to another host.
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(retry::never())
            .http1_only()
            // Core decodes responses. Another crate may have switched these on.
            .no_gzip()
            .no_deflate()
            .no_brotli()
            .no_zstd()
            // The log would contain the token.
            .connection_verbose(false)
            .connect_timeout(config.limits().connect)
            .no_proxy();
        if let Some(url) = config.proxy() {
            client = client.proxy(
                // Without reqwest's error, which may contain the URL with a password.
                reqwest::Proxy::all(url)
                    .map_err(|_| unusable(config.proxy_setting(), &"one that it rejects"))?,
            );
        }
        if !self.keeps_tls {
            client = if config.needs_tls() {
                tls::configure(client, self.native_tls, &self.settings.root_certificates)?
            } else {
                tls::unused(client)
            };
        }
        let client = client.build();
        let client = client.map_err(|error| unusable("client_builder", &root_cause(&error)))?;
        Ok(ReqwestTransport::new(client, base_url))
    }

    fn check_combination(&self, violations: &mut Violations) {
        let BuilderSettings { proxy, root_certificates, .. } = &self.settings;
        let has_tls = !root_certificates.is_empty() || self.native_tls;
        if self.transport.is_some() && (*proxy != Proxy::Environment || has_tls) {
            let rule =
                Rule::Custom("not be combined with the builder's proxy or TLS settings".into());
            violations.push("transport", rule, "both");
        }
        if self.transport.is_some() && self.client.is_some() {
            let rule = Rule::Custom("not be combined with a client builder".into());
            violations.push("transport", rule, "both");
        }
        if self.wrap.is_some() && self.transport.is_some() {
            let rule = Rule::Custom("not be combined with a transport of your own".into());
            violations.push("wrap_transport", rule, "both");
        }
        if self.keeps_tls && has_tls {
            let rule = Rule::Custom("not be combined with the builder's TLS settings".into());
            violations.push("client_builder_with_its_tls", rule, "both");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// The error for settings that pass core's checks but that reqwest rejects.
fn unusable(parameter: &'static str, found: &dyn fmt::Display) -> Error {
    let mut violations = Violations::default();
    let rule = Rule::Custom("be accepted by reqwest".into());
    violations.push(parameter, rule, found.to_string());
    internal::invalid_settings(violations)
}
