//! A handle's settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use usedesk_core::{Config, Encoding, Error, Outcome, Rule, Settings, Transport, Violations};

use crate::connect;
use crate::tls::Tls;
use crate::transport::UreqTransport;
use crate::usedesk::{Usedesk, variable};

/// How many idle connections are kept; fewer than threads that call at a time would make each of
/// the others connect anew.
const IDLE_CONNECTIONS: usize = 64;

/// Builds a [`Usedesk`]. Setters never fail: [`build`](Self::build) reports everything at once.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: Settings,
    proxy: Proxy,
    tls: Tls,
    agent: Option<ureq::Agent>,
    transport: Option<Arc<dyn Transport<Reply = Outcome, Pause = ()>>>,
}

#[derive(Default, PartialEq)]
enum Proxy {
    #[default]
    Environment,
    None,
    Url(String),
}

impl Builder {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            proxy: Proxy::default(),
            tls: Tls::default(),
            agent: None,
            transport: None,
        }
    }

    /// Begins with the token in `USEDESK_API_TOKEN` and, if it is set, the base URL in
    /// `USEDESK_BASE_URL`.
    ///
    /// # Errors
    ///
    /// When the token is not set.
    pub fn from_env() -> Result<Self, Error> {
        Settings::from_variables(variable).map(Self::new)
    }

    /// Where the API is: [`INTERNATIONAL_CLOUD`](usedesk_core::base_url::INTERNATIONAL_CLOUD)
    /// (the default), [`RUSSIAN_CLOUD`](usedesk_core::base_url::RUSSIAN_CLOUD), or your own. The
    /// paths of the API are appended as it is given, so bring `/uapi` along where it is needed.
    ///
    /// It begins with `https`, unless it names this machine or [plain http is
    /// allowed](Self::allow_plain_http), and holds no password, query or fragment.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self
    }

    /// Allows `http` to any host: whoever carries the requests can then read the token.
    pub fn allow_plain_http(mut self) -> Self {
        self.settings.allow_plain_http = true;
        self
    }

    /// How bodies are written; [`Encoding::Form`] by default.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.settings.encoding = encoding;
        self
    }

    /// What is sent as `User-Agent`: printable ASCII, `usedesk-rust/VERSION` by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = user_agent.into();
        self
    }

    /// The longest that connecting may take, TLS included, 10 seconds by default. The name lookup
    /// may take as long again.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// The longest that one exchange may take, from the name lookup to the last byte of the
    /// answer, 30 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout;
        self
    }

    /// The longest body of an answer in bytes, 32 MB by default.
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.settings.max_answer = bytes;
        self
    }

    /// Goes through this proxy, `http://host:port`, in the place of the one the environment names.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(url.into());
        self
    }

    /// Goes through no proxy, whatever the environment says.
    ///
    /// Without this, `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count; not for plain
    /// http to this machine, which is allowed only because it does not leave it.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Trusts these root certificates too, one or more in PEM, besides those of the operating
    /// system.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.add_roots(pem.into());
        self
    }

    /// Takes the operating system's TLS library although rustls is there.
    #[cfg(feature = "native-tls")]
    pub fn use_native_tls(mut self) -> Self {
        self.tls.use_native();
        self
    }

    /// Uses this agent, with its connections, TLS, proxy and resolver.
    ///
    /// Redirects, time limits and how statuses are treated are overridden for every request, and
    /// for plain http to this machine so is its proxy. Set TLS and proxy on the agent: together
    /// with the methods here they are a violation.
    pub fn agent(mut self, agent: ureq::Agent) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Uses this transport: see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Reply = Outcome, Pause = ()> + 'static,
    ) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Checks everything and makes the handle. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Invalid`](usedesk_core::ErrorKind::Invalid), with every setting that is wrong.
    pub fn build(self) -> Result<Usedesk, Error> {
        let mut violations = Violations::default();
        let proxy = self.check_proxy(&mut violations);
        self.tls.check(&mut violations);
        self.check_combination(&mut violations);
        let config = self.settings.check(violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, transport));
        }
        let without_proxy = config.avoids_proxies() && self.proxy == Proxy::Environment;
        let agent = match self.agent {
            Some(agent) => agent,
            None => self.new_agent(&config, proxy)?,
        };
        let transport = UreqTransport::new(agent, without_proxy);
        Ok(Usedesk::from_parts(config, Arc::new(transport)))
    }

    fn new_agent(&self, config: &Config, proxy: Option<ureq::Proxy>) -> Result<ureq::Agent, Error> {
        let mut builder = ureq::Agent::config_builder()
            .proxy(proxy)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS);
        if config.is_https() {
            builder = self.tls.configure(builder)?;
        }
        Ok(connect::agent(builder.build()))
    }

    fn check_proxy(&self, violations: &mut Violations) -> Option<ureq::Proxy> {
        match &self.proxy {
            Proxy::Environment => ureq::Proxy::try_from_env(),
            Proxy::None => None,
            Proxy::Url(url) => {
                let proxy = ureq::Proxy::new(url).ok();
                if proxy.is_none() {
                    // Not shown: it may hold a password.
                    let rule = Rule::Custom("be a URL like http://host:port".into());
                    violations.push("proxy", rule, format!("{} other characters", url.len()));
                }
                proxy
            }
        }
    }

    fn check_combination(&self, violations: &mut Violations) {
        let tuned = self.proxy != Proxy::Environment || self.tls != Tls::default();
        let own = [("agent", self.agent.is_some()), ("transport", self.transport.is_some())];
        for (parameter, _) in own.into_iter().filter(|(_, is_set)| *is_set && tuned) {
            let rule = Rule::Custom("bring its own proxy and TLS settings".into());
            violations.push(parameter, rule, "some on the builder");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}
