//! A handle's settings.

use std::env;
use std::fmt;
use std::sync::Arc;

use reqwest::{ClientBuilder, Url, redirect, retry};
use usedesk_core::{
    BoxFuture, BuilderSettings, CheckedConfig, Error, ExchangeResult, MAX_TIMEOUT, Proxy, Rule,
    Transport, Violations,
};

use crate::lookup::Lookups;
use crate::tls;
use crate::transport::{ReqwestTransport, root_cause};
use crate::usedesk::{DynTransport, Usedesk};

/// Builds a [`Usedesk`]. Setters never fail: [`build`](Self::build) reports everything at once.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: BuilderSettings,
    native_tls: bool,
    client: Option<ClientBuilder>,
    /// The client builder brings its own TLS.
    keeps_tls: bool,
    transport: Option<Arc<DynTransport>>,
}

impl Builder {
    pub(crate) fn new(settings: BuilderSettings) -> Self {
        Self { settings, native_tls: false, client: None, keeps_tls: false, transport: None }
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

    /// Builds on this client builder, with its pool, resolver and whatever else is set on it.
    ///
    /// Its resolver is kept, too: reqwest's default one leaves a thread behind for each name lookup
    /// that a call gave up, and the runtime waits for it when it is dropped. Without a client
    /// builder there is one such thread for a host at most, and nobody waits for it.
    ///
    /// Redirects, referers, hidden retries, HTTP/2 and the logging of connections are switched off
    /// on it, and time limits, proxy and TLS are set as this builder has them. A finished
    /// `reqwest::Client` cannot be made safe so; it comes in as a
    /// [transport](Usedesk::with_transport) of your own.
    pub fn client_builder(mut self, client_builder: ClientBuilder) -> Self {
        (self.client, self.keeps_tls) = (Some(client_builder), false);
        self
    }

    /// As [`client_builder`](Self::client_builder), but leaves its TLS settings alone: the library,
    /// the roots, client certificates.
    ///
    /// With the feature `rustls` or `aws-lc` it must then bring a TLS configuration that is ready, or the
    /// process a default provider of cryptography, or reqwest panics in [`build`](Self::build).
    pub fn client_builder_with_its_tls(mut self, client_builder: ClientBuilder) -> Self {
        (self.client, self.keeps_tls) = (Some(client_builder), true);
        self
    }

    /// Uses this transport: see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>> + 'static,
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
        if self.transport.is_some() {
            // It has its own, and one in the environment that cannot be used is no matter.
            self.settings.proxy = Proxy::None;
        }
        let config = self.settings.check(|name| env::var_os(name), violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, transport));
        }
        let client = match self.client.take() {
            // None that it may have ends an attempt before the attempt's own limit does.
            Some(client) => client.timeout(2 * MAX_TIMEOUT).read_timeout(2 * MAX_TIMEOUT),
            None => ClientBuilder::new().dns_resolver(Lookups::new()),
        };
        let transport = self.new_transport(client, &config)?;
        Ok(Usedesk::from_parts(config, Arc::new(transport)))
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
            // It would write the token into the log.
            .connection_verbose(false)
            .connect_timeout(config.limits().connect)
            .no_proxy();
        if let Some(url) = config.proxy() {
            client = client.proxy(
                // Not the error itself, which may show the URL and a password in it.
                reqwest::Proxy::all(url)
                    .map_err(|_| unusable(config.proxy_setting(), &"one it cannot use"))?,
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
            let rule = Rule::Custom("bring its own proxy and root certificates".into());
            violations.push("transport", rule, "some on the builder");
        }
        if self.transport.is_some() && self.client.is_some() {
            let rule = Rule::Custom("stand alone".into());
            violations.push("transport", rule, "a client builder beside it");
        }
        if self.keeps_tls && has_tls {
            let rule = Rule::Custom("bring its own TLS settings".into());
            violations.push("client_builder_with_its_tls", rule, "some on the builder");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// BuilderSettings that pass core's checks and that reqwest still does not take.
fn unusable(parameter: &'static str, found: &dyn fmt::Display) -> Error {
    let mut violations = Violations::default();
    let rule = Rule::Custom("be usable with these settings".into());
    violations.push(parameter, rule, found.to_string());
    Error::invalid_settings(violations)
}
