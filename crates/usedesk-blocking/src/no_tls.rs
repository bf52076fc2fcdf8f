//! The place of TLS in a build without a TLS feature.

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use usedesk_core::{Error, Rule, Violations};

/// Nothing to tell: there is none.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tls {}

impl Tls {
    #[expect(clippy::unused_self, reason = "as with TLS")]
    pub(crate) fn check(&self, _: &mut Violations) {}

    #[expect(clippy::unused_self, reason = "as with TLS")]
    pub(crate) fn configure(
        &self,
        _: ConfigBuilder<AgentScope>,
    ) -> Result<ConfigBuilder<AgentScope>, Error> {
        let mut violations = Violations::default();
        let rule = Rule::Custom("begin with http://, or a TLS feature be switched on".into());
        violations.push("base_url", rule, "https without rustls and native-tls");
        Err(Error::invalid_settings(violations))
    }
}
