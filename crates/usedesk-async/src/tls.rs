//! TLS: the library and the root certificates that it trusts.

use std::env;
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
use usedesk_core::{Error, Rule, Violations, internal};

/// Checks that each PEM file has certificates, and only valid ones.
pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    for pem in root_certificates {
        if !is_valid_pem(pem) {
            let rule = Rule::Custom("be one or more certificates in PEM".into());
            let found = format!("{} bytes without a certificate or with an invalid one", pem.len());
            violations.push("root_certificates", rule, found);
        }
    }
}

/// Sets the TLS library and the root certificates. Reading those of the operating system takes some
/// milliseconds.
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
    // Native libraries trust the system's roots by default.
    let _ = (native, system);
    #[cfg(feature = "native-tls")]
    let client = client.tls_backend_native();
    let roots = root_certificates.iter().filter_map(|pem| Certificate::from_pem_bundle(pem).ok());
    Ok(client.tls_certs_merge(roots.flatten()))
}

/// Loads the valid roots of the operating system. Invalid ones are an error only if roots are
/// needed and none is valid.
fn system_roots(are_needed: bool) -> Result<CertificateResult, Error> {
    let mut system = rustls_native_certs::load_native_certs();
    let count = system.certs.len();
    system.certs.retain(|root| is_valid(root));
    if are_needed && system.certs.is_empty() {
        return Err(internal::no_root_certificates(count, &system.errors, &variables()));
    }
    Ok(system)
}

/// The variables that are set and replace the certificates of the operating system.
fn variables() -> Vec<&'static str> {
    let is_set = |variable: &&str| env::var_os(variable).is_some();
    internal::ROOT_VARIABLES.into_iter().filter(is_set).collect()
}

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_valid(root: &[u8]) -> bool {
    rustls::RootCertStore::empty().add(CertificateDer::from(root)).is_ok()
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_valid(root: &[u8]) -> bool {
    Certificate::from_der(root).is_ok()
}

/// Whether it has certificates, and only valid ones.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn is_valid_pem(pem: &[u8]) -> bool {
    let mut roots = CertificateDer::pem_slice_iter(pem).peekable();
    roots.peek().is_some() && roots.all(|root| root.is_ok_and(|root| is_valid(&root)))
}

#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
fn is_valid_pem(pem: &[u8]) -> bool {
    Certificate::from_pem_bundle(pem).is_ok_and(|roots| !roots.is_empty())
}

/// Creates an explicit configuration, so that it does not depend on a default provider of the
/// process.
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn rustls(
    system: CertificateResult,
    root_certificates: &[Vec<u8>],
) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    let added = |pem: &Vec<u8>| CertificateDer::pem_slice_iter(pem).flatten().collect::<Vec<_>>();
    // Only valid ones are left.
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(root_certificates.iter().flat_map(added));
    tls_with(roots).map_err(|error| {
        let mut violations = Violations::default();
        let rule = Rule::Custom("accept its configuration".into());
        violations.push("rustls", rule, error.to_string());
        internal::invalid_settings(violations)
    })
}

/// Sets an empty configuration for a handle without TLS, since reqwest requires one.
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
