//! TLS: the library and the root certificates that it trusts.

use std::env;

use reqwest::{Certificate, ClientBuilder};
use rustls_native_certs::CertificateResult;
use usedesk_core::{Error, Rule, Violations, internal};

pub(crate) use self::library::unused;
use self::library::{is_valid, is_valid_pem};

#[cfg(any(feature = "rustls", feature = "aws-lc"))]
#[path = "tls/with_rustls.rs"]
mod library;
#[cfg(not(any(feature = "rustls", feature = "aws-lc")))]
#[path = "tls/without_rustls.rs"]
mod library;

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
        let settings = library::settings(system, root_certificates)?;
        return Ok(client.tls_backend_preconfigured(settings));
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
