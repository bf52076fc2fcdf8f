//! Building a handle.

use std::env;
use std::fmt;
use std::sync::Arc;

use usedesk_core::internal::{self, BuilderSettings, CheckedConfig, Proxy};
use usedesk_core::shared_limit::{SharedRateLimiter, SlotReply};
use usedesk_core::{ApiToken, Error, ExchangeResult, Rule, Transport, Violations};

use crate::tls;
use crate::transport::UreqTransport;
use crate::usedesk::{DynSharedLimiter, DynTransport, Usedesk};

/// How many idle connections are kept. With fewer than threads that call concurrently, some threads
/// would connect for every call.
const IDLE_CONNECTIONS: usize = 64;

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
    /// or one of your own.
    ///
    /// What the default transport guarantees (no redirects, timeouts, limits of size, TLS) is then
    /// up to the given one.
    ///
    /// # Errors
    ///
    /// When the token is empty or contains control characters or whitespace.
    pub fn with_transport(
        token: impl Into<ApiToken>,
        transport: impl Transport<Exchange = ExchangeResult, Sleep = ()> + 'static,
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
/// [`agent`](Self::agent), [`wrap_transport`](Self::wrap_transport) and
/// [`transport`](Self::transport) change or replace the HTTP client.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: BuilderSettings,
    native_tls: bool,
    agent: Option<ureq::Agent>,
    shared_limiter: Option<Arc<DynSharedLimiter>>,
    transport: Option<Arc<DynTransport>>,
    wrap: Option<Wrap>,
}

type Wrap = Box<dyn FnOnce(UreqTransport) -> Arc<DynTransport> + Send + Sync>;

impl Builder {
    pub(crate) fn new(settings: BuilderSettings) -> Self {
        Self {
            settings,
            native_tls: false,
            agent: None,
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
        limiter: impl SharedRateLimiter<Reply = SlotReply> + 'static,
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

    /// Uses this ureq agent, with its connections, TLS, proxy and resolver.
    ///
    /// Redirects, timeouts and the treatment of statuses are overridden for every request; so is
    /// the proxy, for plain http to this machine. Set TLS and proxy on the agent: an agent together
    /// with those settings of this builder is a violation.
    ///
    /// For `https` the agent must have root certificates, without which ureq panics, and with
    /// rustls a crypto provider, unless the process has a default one. With ureq's own resolver
    /// every request makes a DNS lookup, in a thread that outlives the call if the lookup takes
    /// longer, and TLS is set up anew for every connection.
    pub fn agent(mut self, agent: ureq::Agent) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Uses this transport; see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Exchange = ExchangeResult, Sleep = ()> + 'static,
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
    /// use usedesk_blocking::http::{HeaderValue, Request};
    /// use usedesk_blocking::{
    ///     Body, ExchangeLimits, ExchangeResult, UreqTransport, Transport, Usedesk,
    /// };
    ///
    /// /// Tells the gateway which team sends the request.
    /// struct WithTeam(UreqTransport);
    ///
    /// impl Transport for WithTeam {
    ///     type Exchange = ExchangeResult;
    ///     type Sleep = ();
    ///
    ///     fn exchange(&self, mut request: Request<Body>, limits: ExchangeLimits) -> ExchangeResult {
    ///         request.headers_mut().insert("x-team", HeaderValue::from_static("billing"));
    ///         self.0.exchange(request, limits)
    ///     }
    ///
    ///     fn sleep(&self, duration: Duration) {
    ///         self.0.sleep(duration);
    ///     }
    /// }
    ///
    /// let usedesk = Usedesk::builder("token").wrap_transport(WithTeam).build()?;
    /// # Ok::<(), usedesk_blocking::Error>(())
    /// ```
    pub fn wrap_transport<T>(
        mut self,
        wrap: impl FnOnce(UreqTransport) -> T + Send + Sync + 'static,
    ) -> Self
    where
        T: Transport<Exchange = ExchangeResult, Sleep = ()> + 'static,
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
        if self.agent.is_some() || self.transport.is_some() {
            // It has its own proxy, so an unusable one in the environment does not matter.
            self.settings.proxy = Proxy::None;
        }
        let config = self.settings.check(|name| env::var_os(name), violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, self.shared_limiter, transport));
        }
        let transport = match self.agent {
            Some(agent) => {
                #[cfg(any(feature = "rustls", feature = "aws-lc"))]
                tls::check_agent(&agent, &config)?;
                UreqTransport { agent, without_proxy: config.is_plain_loopback() }
            }
            None => UreqTransport { agent: self.new_agent(&config)?, without_proxy: false },
        };
        let transport = match self.wrap {
            Some(wrap) => wrap(transport),
            None => Arc::new(transport),
        };
        Ok(Usedesk::from_parts(config, self.shared_limiter, transport))
    }

    fn new_agent(&self, config: &CheckedConfig) -> Result<ureq::Agent, Error> {
        let mut agent = ureq::Agent::config_builder()
            .proxy(config.proxy().map(|url| ureq_proxy(config.proxy_setting(), url)).transpose()?)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS);
        if config.needs_tls() {
            let roots = &self.settings.root_certificates;
            agent = tls::configure(agent, self.native_tls, roots)?;
        }
        Ok(crate::ureq::agent(agent.build()))
    }

    fn check_combination(&self, violations: &mut Violations) {
        let BuilderSettings { proxy, root_certificates, .. } = &self.settings;
        let has_tls = !root_certificates.is_empty() || self.native_tls;
        let tuned = *proxy != Proxy::Environment || has_tls;
        let own = [("agent", self.agent.is_some()), ("transport", self.transport.is_some())];
        for (parameter, _) in own.into_iter().filter(|(_, is_set)| *is_set && tuned) {
            let rule =
                Rule::Custom("not be combined with the builder's proxy or TLS settings".into());
            violations.push(parameter, rule, "both");
        }
        if self.agent.is_some() && self.transport.is_some() {
            let rule = Rule::Custom("not be combined with an agent".into());
            violations.push("transport", rule, "both");
        }
        if self.wrap.is_some() && self.transport.is_some() {
            let rule = Rule::Custom("not be combined with a transport of your own".into());
            violations.push("wrap_transport", rule, "both");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// Fails if ureq rejects a proxy that core accepts, since nothing must be sent around the proxy.
fn ureq_proxy(setting: &str, url: &str) -> Result<ureq::Proxy, Error> {
    ureq::Proxy::new(url).map_err(|_| {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be a proxy URL that ureq accepts".into());
        violations.push(setting, rule, format!("{} characters (not shown)", url.chars().count()));
        internal::invalid_settings(violations)
    })
}
