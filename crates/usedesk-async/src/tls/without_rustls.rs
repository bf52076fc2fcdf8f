//! Without rustls: with the operating system's TLS library, or with none.

use reqwest::{Certificate, ClientBuilder};

pub(super) fn is_valid(root: &[u8]) -> bool {
    Certificate::from_der(root).is_ok()
}

/// Whether it has certificates, and only valid ones.
pub(super) fn is_valid_pem(pem: &[u8]) -> bool {
    Certificate::from_pem_bundle(pem).is_ok_and(|roots| !roots.is_empty())
}

/// Leaves the client as it is, since it needs no configuration.
pub(crate) fn unused(client: ClientBuilder) -> ClientBuilder {
    client
}
