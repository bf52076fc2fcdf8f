//! TLS: which library, and which roots it trusts.

#[cfg(feature = "rustls")]
use std::sync::Arc;

use reqwest::{Certificate, ClientBuilder};
#[cfg(feature = "rustls")]
use rustls::pki_types::{CertificateDer, pem::PemObject};
use usedesk_core::{Config, Error, Rule, Violations};

/// Refuses what is no certificate.
pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    for pem in root_certificates {
        if Certificate::from_pem_bundle(pem).map_or(true, |found| found.is_empty()) {
            let rule = Rule::Custom("be one or more certificates in PEM".into());
            let found = format!("{} bytes without a readable one", pem.len());
            violations.push("root_certificates", rule, found);
        }
    }
}

/// Chooses the library, and for rustls reads the operating system's roots, which takes some
/// milliseconds.
#[cfg_attr(not(feature = "rustls"), expect(clippy::unnecessary_wraps, reason = "as with rustls"))]
pub(crate) fn configure(
    client: ClientBuilder,
    config: &Config,
    native: bool,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    #[cfg(feature = "rustls")]
    if !native {
        return Ok(client.tls_backend_preconfigured(rustls(config, root_certificates)?));
    }
    let _ = (config, native);
    #[cfg(feature = "native-tls")]
    let client = client.tls_backend_native();
    let roots = root_certificates.iter().filter_map(|pem| Certificate::from_pem_bundle(pem).ok());
    Ok(client.tls_certs_merge(roots.flatten()))
}

/// A configuration of our own, so that neither a process-wide default provider nor the lack of
/// one changes anything.
#[cfg(feature = "rustls")]
fn rustls(config: &Config, root_certificates: &[Vec<u8>]) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    let mut errors = Vec::new();
    // Nothing is asked of the system when no connection can be by TLS.
    if config.may_use_tls() {
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        errors = system.errors;
    }
    let pem = |pem: &Vec<u8>| CertificateDer::pem_slice_iter(pem).flatten().collect::<Vec<_>>();
    roots.add_parsable_certificates(root_certificates.iter().flat_map(pem));
    if roots.is_empty() && config.is_https() {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be known to the operating system, or be added".into());
        violations.push("root_certificates", rule, format!("none {errors:?}"));
        return Err(Error::invalid_settings(violations));
    }
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|tls| tls.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| {
            let mut violations = Violations::default();
            let rule = Rule::Custom("be usable".into());
            violations.push("rustls", rule, error.to_string());
            Error::invalid_settings(violations)
        })
}
