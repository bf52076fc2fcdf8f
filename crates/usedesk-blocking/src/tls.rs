//! TLS: which library, and which roots it trusts.

#[cfg(all(feature = "aws-lc", not(feature = "rustls")))]
use rustls::crypto::aws_lc_rs as provider;
#[cfg(feature = "rustls")]
use rustls::crypto::ring as provider;
use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::typestate::AgentScope;
use usedesk_core::{CheckedConfig, Error, Rule, Violations};

/// Refuses what is no certificate.
pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    for pem in root_certificates {
        if parse(pem).is_none_or(|found| found.is_empty()) {
            let rule = Rule::Custom("be one or more certificates in PEM".into());
            let found = format!("{} bytes with none, or with one that cannot be read", pem.len());
            violations.push("root_certificates", rule, found);
        }
    }
}

/// Chooses the library and reads the operating system's roots, which takes some milliseconds.
pub(crate) fn configure(
    agent: ConfigBuilder<AgentScope>,
    native: bool,
    root_certificates: &[Vec<u8>],
) -> Result<ConfigBuilder<AgentScope>, Error> {
    let roots = all_roots(root_certificates)?;
    let tls = if native || cfg!(not(any(feature = "rustls", feature = "aws-lc"))) {
        // OpenSSL and its like know the system's roots, but forget them when given others.
        let is_own = !root_certificates.is_empty();
        let roots = if is_own { roots } else { RootCerts::PlatformVerifier };
        TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots)
    } else {
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).root_certs(roots);
        // Named, so that neither a process-wide default nor the lack of one changes anything.
        #[cfg(any(feature = "rustls", feature = "aws-lc"))]
        let tls = tls
            .unversioned_rustls_crypto_provider(std::sync::Arc::new(provider::default_provider()));
        tls
    };
    Ok(agent.tls_config(tls.build()))
}

/// Refuses an agent with which ureq would panic for want of a provider of cryptography.
pub(crate) fn check_agent(agent: &ureq::Agent, config: &CheckedConfig) -> Result<(), Error> {
    let tls = agent.config().tls_config();
    if !config.is_https() || tls.provider() != TlsProvider::Rustls || has_provider(tls) {
        return Ok(());
    }
    let mut violations = Violations::default();
    let rule = Rule::Custom("bring a provider of cryptography for https".into());
    violations.push("agent", rule, "none in its TLS settings and none of the process");
    Err(Error::invalid_settings(violations))
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn has_provider(tls: &TlsConfig) -> bool {
    tls.unversioned_rustls_crypto_provider().is_some()
        || rustls::crypto::CryptoProvider::get_default().is_some()
}

/// Whoever switched rustls on in ureq, and not here, chose its provider too.
#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn has_provider(_: &TlsConfig) -> bool {
    true
}

/// The operating system's roots, without those that cannot be read, and the added ones.
fn all_roots(root_certificates: &[Vec<u8>]) -> Result<RootCerts, Error> {
    let system = rustls_native_certs::load_native_certs();
    let readable = system.certs.iter().filter(|root| is_readable(root));
    let mut roots: Vec<_> = readable.map(|root| Certificate::from_der(root).to_owned()).collect();
    roots.extend(root_certificates.iter().filter_map(|pem| parse(pem)).flatten());
    if roots.is_empty() {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be known to the operating system, or be added".into());
        let found = format!("none that can be read of {} {:?}", system.certs.len(), system.errors);
        violations.push("root_certificates", rule, found);
        return Err(Error::invalid_settings(violations));
    }
    Ok(RootCerts::from(roots))
}

/// The certificates in a PEM file; none if a part of it cannot be read.
fn parse(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(root)) => Some(is_readable(root.der()).then_some(root)),
            Ok(_) => None,
            Err(_) => Some(None),
        })
        .collect()
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_readable(root: &[u8]) -> bool {
    rustls::RootCertStore::empty().add(rustls::pki_types::CertificateDer::from(root)).is_ok()
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_readable(root: &[u8]) -> bool {
    native_tls::Certificate::from_der(root).is_ok()
}
