//! TLS: which library, and which roots it trusts.

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
use std::sync::Arc;

use reqwest::{Certificate, ClientBuilder};
#[cfg(all(feature = "aws-lc", not(feature = "rustls")))]
use rustls::crypto::aws_lc_rs as provider;
#[cfg(feature = "rustls")]
use rustls::crypto::ring as provider;
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
use rustls::pki_types::{CertificateDer, pem::PemObject};
use usedesk_core::{Error, Rule, Violations};

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
#[cfg_attr(
    not(any(feature = "rustls", feature = "aws-lc")),
    expect(clippy::unnecessary_wraps, reason = "as with rustls")
)]
pub(crate) fn configure(
    client: ClientBuilder,
    native: bool,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    #[cfg(any(feature = "rustls", feature = "aws-lc"))]
    if !native {
        return Ok(client.tls_backend_preconfigured(rustls(root_certificates)?));
    }
    let _ = native;
    #[cfg(feature = "native-tls")]
    let client = client.tls_backend_native();
    let roots = root_certificates.iter().filter_map(|pem| Certificate::from_pem_bundle(pem).ok());
    Ok(client.tls_certs_merge(roots.flatten()))
}

/// A configuration of our own, so that neither a process-wide default provider nor the lack of
/// one changes anything.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn rustls(root_certificates: &[Vec<u8>]) -> Result<rustls::ClientConfig, Error> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(system.certs);
    let pem = |pem: &Vec<u8>| CertificateDer::pem_slice_iter(pem).flatten().collect::<Vec<_>>();
    roots.add_parsable_certificates(root_certificates.iter().flat_map(pem));
    if roots.is_empty() {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be known to the operating system, or be added".into());
        violations.push("root_certificates", rule, format!("none {:?}", system.errors));
        return Err(Error::invalid_settings(violations));
    }
    tls_with(roots).map_err(|error| {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be usable".into());
        violations.push("rustls", rule, error.to_string());
        Error::invalid_settings(violations)
    })
}

/// For a handle that has no use for TLS: reqwest wants a configuration all the same.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
pub(crate) fn unused(client: ClientBuilder) -> ClientBuilder {
    match tls_with(rustls::RootCertStore::empty()) {
        Ok(tls) => client.tls_backend_preconfigured(tls),
        Err(_) => client,
    }
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
pub(crate) fn unused(client: ClientBuilder) -> ClientBuilder {
    client
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn tls_with(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(provider::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider);
    let tls = tls.with_safe_default_protocol_versions()?;
    Ok(tls.with_root_certificates(roots).with_no_client_auth())
}
