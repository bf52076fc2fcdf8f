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
use rustls_native_certs::CertificateResult;
use usedesk_core::{Error, Rule, Violations};

/// Refuses what is no certificate.
pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    for pem in root_certificates {
        if !is_readable_pem(pem) {
            let rule = Rule::Custom("be one or more certificates in PEM".into());
            let found = format!("{} bytes with none, or with one that cannot be read", pem.len());
            violations.push("root_certificates", rule, found);
        }
    }
}

/// Chooses the library and reads the operating system's roots, which takes some milliseconds.
pub(crate) fn configure(
    client: ClientBuilder,
    native: bool,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    let system = system_roots(root_certificates.is_empty())?;
    #[cfg(any(feature = "rustls", feature = "aws-lc"))]
    if !native {
        return Ok(client.tls_backend_preconfigured(rustls(system, root_certificates)?));
    }
    // OpenSSL and its like know the system's roots.
    let _ = (native, system);
    #[cfg(feature = "native-tls")]
    let client = client.tls_backend_native();
    let roots = root_certificates.iter().filter_map(|pem| Certificate::from_pem_bundle(pem).ok());
    Ok(client.tls_certs_merge(roots.flatten()))
}

/// The operating system's roots without those that cannot be read, which stop nobody as long as
/// there are others.
fn system_roots(are_needed: bool) -> Result<CertificateResult, Error> {
    let mut system = rustls_native_certs::load_native_certs();
    let found = system.certs.len();
    system.certs.retain(|root| is_readable(root));
    if are_needed && system.certs.is_empty() {
        let mut violations = Violations::default();
        let rule = Rule::Custom("be known to the operating system, or be added".into());
        let found = format!("none that can be read of {found} {:?}", system.errors);
        violations.push("root_certificates", rule, found);
        return Err(Error::invalid_settings(violations));
    }
    Ok(system)
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_readable(root: &[u8]) -> bool {
    rustls::RootCertStore::empty().add(CertificateDer::from(root)).is_ok()
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_readable(root: &[u8]) -> bool {
    Certificate::from_der(root).is_ok()
}

/// Whether there are certificates in it and all can be read.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_readable_pem(pem: &[u8]) -> bool {
    let mut roots = CertificateDer::pem_slice_iter(pem).peekable();
    roots.peek().is_some() && roots.all(|root| root.is_ok_and(|root| is_readable(&root)))
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_readable_pem(pem: &[u8]) -> bool {
    Certificate::from_pem_bundle(pem).is_ok_and(|roots| !roots.is_empty())
}

/// A configuration of our own, so that neither a process-wide default provider nor the lack of
/// one changes anything.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn rustls(
    system: CertificateResult,
    root_certificates: &[Vec<u8>],
) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    let added = |pem: &Vec<u8>| CertificateDer::pem_slice_iter(pem).flatten().collect::<Vec<_>>();
    // All of them can be read.
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(root_certificates.iter().flat_map(added));
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
