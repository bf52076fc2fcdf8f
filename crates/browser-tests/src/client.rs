//! The client that controls browsers, and calls what a page calls.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::page::WATCHDOG;

/// Creates a client for plain HTTP on this machine.
///
/// # Panics
///
/// If reqwest cannot be set up.
#[must_use]
pub fn http_client() -> reqwest::Client {
    // reqwest would look for a crypto provider, and finds none in a build with two of them.
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    // A proxy of the environment cannot reach this machine.
    let client = reqwest::Client::builder().no_proxy().timeout(WATCHDOG);
    client.tls_backend_preconfigured(tls).build().expect("valid settings")
}
