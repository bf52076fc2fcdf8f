//! The place of TLS in a build without a TLS feature.

use reqwest::ClientBuilder;
use usedesk_core::{Config, Error, Rule, Violations};

pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    if !root_certificates.is_empty() {
        let rule = Rule::Custom("be left out in a build without a TLS feature".into());
        violations.push("root_certificates", rule, root_certificates.len().to_string());
    }
}

pub(crate) fn configure(
    client: ClientBuilder,
    config: &Config,
    _: bool,
    _: &[Vec<u8>],
) -> Result<ClientBuilder, Error> {
    if !config.is_https() {
        return Ok(client);
    }
    let mut violations = Violations::default();
    let rule = Rule::Custom("begin with http://, or a TLS feature be switched on".into());
    violations.push("base_url", rule, "https without rustls and native-tls");
    Err(Error::invalid_settings(violations))
}
