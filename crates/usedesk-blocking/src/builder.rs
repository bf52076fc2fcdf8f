//! A handle's settings.

use std::env;
use std::fmt;
use std::sync::Arc;

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use usedesk_core::{
    BuilderSettings, CheckedConfig, Error, ExchangeResult, Proxy, Rule, Transport, Violations,
};

use crate::tls;
use crate::transport::UreqTransport;
use crate::usedesk::Usedesk;

/// How many idle connections are kept; fewer than threads that call at a time would make each of
/// the others connect anew.
const IDLE_CONNECTIONS: usize = 64;

/// Builds a [`Usedesk`]. Setters never fail: [`build`](Self::build) reports everything at once.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: BuilderSettings,
    native_tls: bool,
    agent: Option<ureq::Agent>,
    transport: Option<Arc<dyn Transport<Exchange = ExchangeResult, Sleep = ()>>>,
}

impl Builder {
    pub(crate) fn new(settings: BuilderSettings) -> Self {
        Self { settings, native_tls: false, agent: None, transport: None }
    }

    /// Begins with the token in `USEDESK_API_TOKEN` and, if it is set, the base URL in
    /// `USEDESK_BASE_URL`. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// When the token is not set, or is not UTF-8.
    pub fn from_env() -> Result<Self, Error> {
        BuilderSettings::from_variables(|name| env::var_os(name)).map(Self::new)
    }

    usedesk_core::builder_setters!();

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
    /// panics without root certificates. With ureq's own resolver every request looks its name up,
    /// in a thread that outlives the call if that takes longer, and TLS is prepared for every
    /// connection anew.
    pub fn agent(mut self, agent: ureq::Agent) -> Self {
        self.agent = Some(agent);
        self
    }

    /// Uses this transport: see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Exchange = ExchangeResult, Sleep = ()> + 'static,
    ) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Checks everything and makes the handle. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Invalid`](usedesk_core::ErrorKind::Invalid), with every setting that is wrong.
    pub fn build(mut self) -> Result<Usedesk, Error> {
        let mut violations = Violations::default();
        tls::check(&self.settings.root_certificates, &mut violations);
        self.check_combination(&mut violations);
        if self.agent.is_some() || self.transport.is_some() {
            // It has its own, and one in the environment that cannot be used is no matter.
            self.settings.proxy = Proxy::None;
        }
        let config = self.settings.check(|name| env::var_os(name), violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, transport));
        }
        let transport = match self.agent {
            Some(agent) => {
                tls::check_agent(&agent, &config)?;
                UreqTransport::with_agent(agent, config.is_plain_loopback())
            }
            None => UreqTransport::new(self.agent_config(&config)?, config.limits()),
        };
        Ok(Usedesk::from_parts(config, Arc::new(transport)))
    }

    fn agent_config(&self, config: &CheckedConfig) -> Result<ConfigBuilder<AgentScope>, Error> {
        let mut agent = ureq::Agent::config_builder()
            .proxy(config.proxy().map(|url| ureq_proxy(config.proxy_setting(), url)).transpose()?)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS);
        if config.needs_tls() {
            let roots = &self.settings.root_certificates;
            agent = tls::configure(agent, self.native_tls, roots)?;
        }
        Ok(agent)
    }

    fn check_combination(&self, violations: &mut Violations) {
        let BuilderSettings { proxy, root_certificates, .. } = &self.settings;
        let has_tls = !root_certificates.is_empty() || self.native_tls;
        let tuned = *proxy != Proxy::Environment || has_tls;
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

/// Core has checked it; and still, without a proxy that was asked for nothing is sent.
fn ureq_proxy(setting: &str, url: &str) -> Result<ureq::Proxy, Error> {
    ureq::Proxy::new(url).map_err(|_| {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be a proxy that ureq can use".into());
        violations.push(setting, rule, format!("{} characters (not shown)", url.chars().count()));
        Error::invalid_settings(violations)
    })
}
