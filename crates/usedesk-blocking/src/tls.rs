//! TLS: the library and the root certificates that it trusts.

use std::env;

#[cfg(all(feature = "aws-lc", not(feature = "rustls")))]
use rustls::crypto::aws_lc_rs as provider;
#[cfg(feature = "rustls")]
use rustls::crypto::ring as provider;
use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::typestate::AgentScope;
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
use usedesk_core::internal::CheckedConfig;
use usedesk_core::{Error, Rule, Violations, internal};

/// Checks that each PEM file has certificates, and only valid ones.
pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    for pem in root_certificates {
        if parse(pem).is_none_or(|found| found.is_empty()) {
            let rule = Rule::Custom("be one or more certificates in PEM".into());
            let found = format!("{} bytes without a certificate or with an invalid one", pem.len());
            violations.push("root_certificates", rule, found);
        }
    }
}

/// Sets the TLS library and the root certificates. Reading those of the operating system takes some
/// milliseconds.
pub(crate) fn configure(
    agent: ConfigBuilder<AgentScope>,
    native: bool,
    root_certificates: &[Vec<u8>],
) -> Result<ConfigBuilder<AgentScope>, Error> {
    let roots = all_roots(root_certificates)?;
    let tls = if native || cfg!(not(any(feature = "rustls", feature = "aws-lc"))) {
        // Native libraries trust the system's roots unless others are given.
        let are_added = !root_certificates.is_empty();
        let roots = if are_added { roots } else { RootCerts::PlatformVerifier };
        TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots)
    } else {
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).root_certs(roots);
        // Explicit, so that it does not depend on a default provider of the process.
        #[cfg(any(feature = "rustls", feature = "aws-lc"))]
        let tls = tls
            .unversioned_rustls_crypto_provider(std::sync::Arc::new(provider::default_provider()));
        tls
    };
    Ok(agent.tls_config(tls.build()))
}

/// Rejects an agent with which ureq would panic because it has no crypto provider. Without these
/// features, whoever enabled rustls in ureq chose its provider too.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
pub(crate) fn check_agent(agent: &ureq::Agent, config: &CheckedConfig) -> Result<(), Error> {
    let tls = agent.config().tls_config();
    let has_provider = tls.unversioned_rustls_crypto_provider().is_some()
        || rustls::crypto::CryptoProvider::get_default().is_some();
    if !config.is_https() || tls.provider() != TlsProvider::Rustls || has_provider {
        return Ok(());
    }
    let mut violations = Violations::default();
    let rule = Rule::Custom("have a crypto provider for https".into());
    violations.push("agent", rule, "none in its TLS settings and no default one of the process");
    Err(internal::invalid_settings(violations))
}

/// Collects the valid roots of the operating system and the added ones.
fn all_roots(root_certificates: &[Vec<u8>]) -> Result<RootCerts, Error> {
    let system = rustls_native_certs::load_native_certs();
    let valid = system.certs.iter().filter(|root| is_valid(root));
    let mut roots: Vec<_> = valid.map(|root| Certificate::from_der(root).to_owned()).collect();
    roots.extend(root_certificates.iter().filter_map(|pem| parse(pem)).flatten());
    if roots.is_empty() {
        let count = system.certs.len();
        return Err(internal::no_root_certificates(count, &system.errors, &variables()));
    }
    Ok(RootCerts::from(roots))
}

/// The variables that are set and replace the certificates of the operating system.
fn variables() -> Vec<&'static str> {
    let is_set = |variable: &&str| env::var_os(variable).is_some();
    internal::ROOT_VARIABLES.into_iter().filter(is_set).collect()
}

/// Parses the certificates in a PEM file; none if one of them is invalid.
fn parse(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(root)) => Some(is_valid(root.der()).then_some(root)),
            Ok(_) => None,
            Err(_) => Some(None),
        })
        .collect()
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_valid(root: &[u8]) -> bool {
    rustls::RootCertStore::empty().add(rustls::pki_types::CertificateDer::from(root)).is_ok()
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_valid(root: &[u8]) -> bool {
    native_tls::Certificate::from_der(root).is_ok()
}
