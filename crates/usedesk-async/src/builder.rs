//! A handle's settings.

use std::fmt;
use std::iter;
use std::sync::Arc;

use reqwest::{ClientBuilder, Url, redirect, retry};
use usedesk_core::{
    BoxFuture, Config, Error, Outcome, Proxy, Rule, Settings, Transport, Violations,
};

use crate::tls;
use crate::transport::ReqwestTransport;
use crate::usedesk::{DynTransport, Usedesk, variable};

/// Builds a [`Usedesk`]. Setters never fail: [`build`](Self::build) reports everything at once.
#[must_use = "nothing happens before build"]
pub struct Builder {
    settings: Settings,
    native_tls: bool,
    client: Option<ClientBuilder>,
    keep_client_tls: bool,
    transport: Option<Arc<DynTransport>>,
}

impl Builder {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, native_tls: false, client: None, keep_client_tls: false, transport: None }
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

    /// Builds on this client builder, with its pool, resolver and whatever else is set on it.
    ///
    /// Redirects, referers and hidden retries are switched off on it, and time limits, proxy and
    /// TLS are set as this builder has them; [`keep_client_tls`](Self::keep_client_tls) leaves its
    /// TLS alone. A finished `reqwest::Client` cannot be made safe so; it comes in as a
    /// [transport](Usedesk::with_transport) of your own.
    pub fn client_builder(mut self, client_builder: ClientBuilder) -> Self {
        self.client = Some(client_builder);
        self
    }

    /// Keeps the TLS settings of the [`client_builder`](Self::client_builder): the library, the
    /// roots, client certificates.
    ///
    /// With the feature `rustls` it must then bring a TLS configuration that is ready, or the
    /// process a default provider of cryptography, or reqwest panics in [`build`](Self::build).
    pub fn keep_client_tls(mut self) -> Self {
        self.keep_client_tls = true;
        self
    }

    /// Uses this transport: see [`Usedesk::with_transport`].
    pub fn transport(
        mut self,
        transport: impl Transport<Reply = BoxFuture<Outcome>, Pause = BoxFuture<()>> + 'static,
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
        if self.transport.is_none() {
            self.settings.check_environment(variable, &mut violations);
        }
        self.check_combination(&mut violations);
        let config = self.settings.check(violations)?;
        if let Some(transport) = self.transport {
            return Ok(Usedesk::from_parts(config, transport));
        }
        let client = self.client.take().unwrap_or_default();
        let transport = self.new_transport(client, &config)?;
        Ok(Usedesk::from_parts(config, Arc::new(transport)))
    }

    fn new_transport(
        &self,
        client: ClientBuilder,
        config: &Config,
    ) -> Result<ReqwestTransport, Error> {
        let mut client = client
            // A redirect would carry the token to another host.
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(retry::never())
            .connect_timeout(config.limits().connect);
        client = match config.proxy() {
            Proxy::Url(url) => client.proxy(new_proxy(url)?),
            Proxy::None => client.no_proxy(),
            _ => client,
        };
        if !self.keep_client_tls {
            let roots = &self.settings.root_certificates;
            client = tls::configure(client, config, self.native_tls, roots)?;
        }
        let base_url = Url::parse(&config.base_url()).map_err(|error| unusable(&error))?;
        let client = client.build().map_err(|error| unusable(&error.without_url()))?;
        Ok(ReqwestTransport::new(client, base_url))
    }

    fn check_combination(&self, violations: &mut Violations) {
        let Settings { proxy, root_certificates, .. } = &self.settings;
        let tuned = *proxy != Proxy::Environment || !root_certificates.is_empty();
        if self.transport.is_some() && tuned {
            let rule = Rule::Custom("bring its own proxy and root certificates".into());
            violations.push("transport", rule, "some on the builder");
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

fn new_proxy(url: &str) -> Result<reqwest::Proxy, Error> {
    reqwest::Proxy::all(url).map_err(|error| unusable(&error.without_url()))
}

/// Settings that pass core's checks and that reqwest still does not take.
fn unusable(error: &dyn std::error::Error) -> Error {
    let mut violations = Violations::default();
    let text = iter::successors(Some(error), |error| error.source()).map(ToString::to_string);
    let found = text.collect::<Vec<_>>().join(": ");
    violations.push("client_builder", Rule::Custom("be usable with these settings".into()), found);
    Error::invalid_settings(violations)
}
