//! Stands in for `tls` without a TLS feature.

use reqwest::ClientBuilder;
use usedesk_core::{Error, Rule, Violations, internal};

pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    if !root_certificates.is_empty() {
        let rule = Rule::Custom("be empty in a build without a TLS feature".into());
        violations.push("root_certificates", rule, root_certificates.len().to_string());
    }
}

/// Called when the base URL or the proxy's URL starts with `https`.
pub(crate) fn configure(_: ClientBuilder, _: bool, _: &[Vec<u8>]) -> Result<ClientBuilder, Error> {
    let mut violations = Violations::default();
    let rule = Rule::Custom("be enabled by the feature rustls, aws-lc or native-tls".into());
    violations.push("tls", rule, "none of them, and https in the base URL or the proxy's");
    Err(internal::invalid_settings(violations))
}

pub(crate) fn unused(client: ClientBuilder) -> ClientBuilder {
    client
}
