//! TLS: which library, and which roots it trusts.

use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::typestate::AgentScope;
use usedesk_core::{Error, Rule, Violations};

/// What the builder was told.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tls {
    /// Root certificates in PEM.
    roots: Vec<Vec<u8>>,
    native: bool,
}

impl Tls {
    pub(crate) fn add_roots(&mut self, pem: Vec<u8>) {
        self.roots.push(pem);
    }

    #[cfg(feature = "native-tls")]
    pub(crate) fn use_native(&mut self) {
        self.native = true;
    }

    pub(crate) fn check(&self, violations: &mut Violations) {
        for pem in &self.roots {
            if certificates(pem).is_none_or(|found| found.is_empty()) {
                let rule = Rule::Custom("be one or more certificates in PEM".into());
                let found = format!("{} bytes without a readable one", pem.len());
                violations.push("add_root_certificate", rule, found);
            }
        }
    }

    /// Reads the operating system's roots, which takes some milliseconds.
    pub(crate) fn configure(
        &self,
        agent: ConfigBuilder<AgentScope>,
    ) -> Result<ConfigBuilder<AgentScope>, Error> {
        let tls = if self.native || cfg!(not(feature = "rustls")) {
            // OpenSSL and its like know the system's roots, but forget them when given others.
            let roots =
                if self.roots.is_empty() { RootCerts::PlatformVerifier } else { self.all_roots()? };
            TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots)
        } else {
            let tls =
                TlsConfig::builder().provider(TlsProvider::Rustls).root_certs(self.all_roots()?);
            // Named, so that neither a process-wide default nor the lack of one changes anything.
            #[cfg(feature = "rustls")]
            let tls = tls.unversioned_rustls_crypto_provider(std::sync::Arc::new(
                rustls::crypto::ring::default_provider(),
            ));
            tls
        };
        Ok(agent.tls_config(tls.build()))
    }

    fn all_roots(&self) -> Result<RootCerts, Error> {
        let system = rustls_native_certs::load_native_certs();
        let mut roots: Vec<_> =
            system.certs.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        roots.extend(self.roots.iter().filter_map(|pem| certificates(pem)).flatten());
        if roots.is_empty() {
            let mut violations = Violations::default();
            let rule = Rule::Custom("be known to the operating system, or be added".into());
            violations.push("root certificates", rule, format!("none {:?}", system.errors));
            return Err(Error::invalid_settings(violations));
        }
        Ok(RootCerts::from(roots))
    }
}

/// The certificates in a PEM file; none if a part of it cannot be read.
fn certificates(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(Some(certificate)),
            Ok(_) => None,
            Err(_) => Some(None),
        })
        .collect()
}
