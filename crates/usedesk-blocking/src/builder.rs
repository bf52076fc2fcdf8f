//! A handle's settings.

use std::fmt;
use std::sync::Arc;

use usedesk_core::{Config, Error, Outcome, Proxy, Rule, Settings, Transport, Violations};

use crate::connect;
use crate::tls;
use crate::transport::UreqTransport;
use crate::usedesk::{Usedesk, variable};

/// How many idle connections are kept; fewer than threads that call at a time would make each of
/// the others connect anew.
const IDLE_CONNECTIONS: usize = 64;

/// Builds a [`Usedesk`]. Setters never fail: [`build`](Self::build) reports everything at once.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: Settings,
    native_tls: bool,
    agent: Option<ureq::Agent>,
    transport: Option<Arc<dyn Transport<Reply = Outcome, Pause = ()>>>,
}

impl Builder {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, native_tls: false, agent: None, transport: None }
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

    usedesk_core::settings_setters!();

    /// Takes the operating system's TLS library although rustls is there.
    #[cfg(feature = "native-tls")]
    pub fn use_native_tls(mut self) -> Self {
        self.native_tls = true;
        self
    }

    /// Uses this agent, with its connections, TLS, proxy and resolver.
    ///
    /// Redirects, time limits and how statuses are treated are overridden for every request, and
    /// for plain http to this machine so is its proxy. Set TLS and proxy on the agent: together
    /// with the methods here they are a violation. For `https` it must bring root certificates
    /// and, with rustls, a provider of cryptography, unless the process has one by default; ureq
    /// panics without root certificates. It looks names up, and prepares TLS, for every
    /// connection anew.
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
        tls::check(&self.settings.root_certificates, &mut violations);
        if self.transport.is_none() {
            self.settings.check_environment(variable, &mut violations);
        }
        self.check_combination(&mut violations);
        let config = self.settings.check(violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, transport));
        }
        let without_proxy = *config.proxy() == Proxy::None;
        let agent = match self.agent {
            Some(agent) => {
                tls::check_agent(&agent, &config)?;
                agent
            }
            None => self.new_agent(&config)?,
        };
        let transport = UreqTransport::new(agent, without_proxy);
        Ok(Usedesk::from_parts(config, Arc::new(transport)))
    }

    fn new_agent(&self, config: &Config) -> Result<ureq::Agent, Error> {
        let mut agent = ureq::Agent::config_builder()
            .proxy(ureq_proxy(config.proxy())?)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS);
        if config.may_use_tls() {
            let roots = &self.settings.root_certificates;
            agent = tls::configure(agent, config, self.native_tls, roots)?;
        }
        Ok(connect::agent(agent.build()))
    }

    fn check_combination(&self, violations: &mut Violations) {
        let Settings { proxy, root_certificates, .. } = &self.settings;
        let tuned = *proxy != Proxy::Environment || !root_certificates.is_empty();
        let own = [("agent", self.agent.is_some()), ("transport", self.transport.is_some())];
        for (parameter, _) in own.into_iter().filter(|(_, is_set)| *is_set && tuned) {
            let rule = Rule::Custom("bring its own proxy and root certificates".into());
            violations.push(parameter, rule, "some on the builder");
        }
        if self.agent.is_some() && self.transport.is_some() {
            let rule = Rule::Custom("stand alone".into());
            violations.push("transport", rule, "an agent beside it");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// The proxy of an agent of ours.
fn ureq_proxy(proxy: &Proxy) -> Result<Option<ureq::Proxy>, Error> {
    match proxy {
        Proxy::Environment => Ok(ureq::Proxy::try_from_env()),
        // Core has checked it, and still: without a proxy that was asked for nothing is sent.
        Proxy::Url(url) => ureq::Proxy::new(url).map(Some).map_err(|_| {
            let mut violations = Violations::default();
            let rule = Rule::Custom("be a proxy that ureq can use".into());
            violations.push("proxy", rule, format!("{} other characters", url.len()));
            Error::invalid_settings(violations)
        }),
        _ => Ok(None),
    }
}
