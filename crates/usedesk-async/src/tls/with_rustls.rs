//! With rustls, whose crypto provider is a feature.

use std::sync::Arc;

use reqwest::ClientBuilder;
#[cfg(not(feature = "rustls"))]
use rustls::crypto::aws_lc_rs as provider;
#[cfg(feature = "rustls")]
use rustls::crypto::ring as provider;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls_native_certs::CertificateResult;
use usedesk_core::{Error, Rule, Violations, internal};

pub(super) fn is_valid(root: &[u8]) -> bool {
    rustls::RootCertStore::empty().add(CertificateDer::from(root)).is_ok()
}

/// Whether it has certificates, and only valid ones.
pub(super) fn is_valid_pem(pem: &[u8]) -> bool {
    let mut roots = CertificateDer::pem_slice_iter(pem).peekable();
    roots.peek().is_some() && roots.all(|root| root.is_ok_and(|root| is_valid(&root)))
}

/// Creates an explicit configuration, so that it does not depend on a default provider of the
/// process.
pub(super) fn settings(
    system: CertificateResult,
    root_certificates: &[Vec<u8>],
) -> Result<rustls::ClientConfig, Error> {
    let mut roots = rustls::RootCertStore::empty();
    let added = |pem: &Vec<u8>| CertificateDer::pem_slice_iter(pem).flatten().collect::<Vec<_>>();
    // Only valid ones are left.
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(root_certificates.iter().flat_map(added));
    settings_with(roots).map_err(|error| {
        let mut violations = Violations::default();
        let rule = Rule::Custom("accept its configuration".into());
        violations.push("rustls", rule, error.to_string());
        internal::invalid_settings(violations)
    })
}

/// Sets an empty configuration for a handle without TLS, since reqwest requires one.
pub(crate) fn unused(client: ClientBuilder) -> ClientBuilder {
    match settings_with(rustls::RootCertStore::empty()) {
        Ok(settings) => client.tls_backend_preconfigured(settings),
        Err(_) => client,
    }
}

fn settings_with(roots: rustls::RootCertStore) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = Arc::new(provider::default_provider());
    let settings = rustls::ClientConfig::builder_with_provider(provider);
    let settings = settings.with_safe_default_protocol_versions()?;
    Ok(settings.with_root_certificates(roots).with_no_client_auth())
}
