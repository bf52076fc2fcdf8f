//! The secret of an API channel.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::encoding::escape;
use crate::violations::{Rule, Violations};

/// The secret key of an API channel (Channels > Add channel > API), sent as `api_token`.
///
/// It is in no `Debug` output and there is no `Display`: only [`expose`](Self::expose) yields it.
/// Cloning shares the text.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(Arc<str>);

impl ApiToken {
    /// The secret itself. Take care where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Refuses what cannot be a token; most of the time a line break from a file came along.
    pub(crate) fn check(&self, violations: &mut Violations) {
        const PARAMETER: &str = "api_token";
        let is_stray = |c: char| c.is_control() || c.is_whitespace();
        if self.0.is_empty() {
            violations.push(PARAMETER, Rule::NotEmpty, "an empty text");
        } else if let Some(at) = self.0.chars().position(is_stray) {
            let found = format!("one as character {} of {}", at + 1, self.0.chars().count());
            violations.push(PARAMETER, Rule::NoControlOrSpace, found);
        }
    }

    /// `text` with the token replaced, for texts that come from the server and might echo it: as
    /// it is, and as JSON, a form and Rust's own `Debug` would spell it.
    pub(crate) fn redact(&self, text: &str) -> String {
        let json = Value::from(self.expose()).to_string();
        let debug = format!("{:?}", self.expose());
        let unquoted = |quoted: &str| quoted[1..quoted.len() - 1].to_owned();
        let spellings =
            [self.expose().to_owned(), unquoted(&json), unquoted(&debug), escape(self.expose())];
        let mut text = text.to_owned();
        for spelling in spellings.iter().filter(|spelling| !spelling.is_empty()) {
            if text.contains(spelling) {
                text = text.replace(spelling, "[redacted]");
            }
        }
        text
    }
}

impl From<&str> for ApiToken {
    fn from(token: &str) -> Self {
        Self(token.into())
    }
}

impl From<String> for ApiToken {
    fn from(token: String) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken([redacted])")
    }
}
