//! The place of TLS in a build without a TLS feature.

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use usedesk_core::{CheckedConfig, Error, Rule, Violations};

pub(crate) fn check(root_certificates: &[Vec<u8>], violations: &mut Violations) {
    if !root_certificates.is_empty() {
        let rule = Rule::Custom("be left out in a build without a TLS feature".into());
        violations.push("root_certificates", rule, root_certificates.len().to_string());
    }
}

/// Asked for when the base URL, or the proxy's, begins with `https`.
pub(crate) fn configure(
    _: ConfigBuilder<AgentScope>,
    _: bool,
    _: &[Vec<u8>],
) -> Result<ConfigBuilder<AgentScope>, Error> {
    let mut violations = Violations::default();
    let rule = Rule::Custom("be switched on by the feature rustls, aws-lc or native-tls".into());
    violations.push("tls", rule, "none, and https in the base URL or the proxy's");
    Err(Error::invalid_settings(violations))
}

/// An agent may bring TLS of its own.
#[expect(clippy::unnecessary_wraps, reason = "as with TLS")]
pub(crate) fn check_agent(_: &ureq::Agent, _: &CheckedConfig) -> Result<(), Error> {
    Ok(())
}
