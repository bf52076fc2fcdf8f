//! The token of an API channel.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::violations::{Rule, Violations};

/// The secret token of an API channel (Channels > Add channel > API), sent as `api_token`.
///
/// `Debug` does not show it, and there is no `Display`: only [`expose`](Self::expose) returns it.
/// In texts from outside it is replaced with `[redacted]`; `docs/security.md` in the repository
/// lists the encodings that are recognized. A token that may be a word (fewer than 6 characters, or
/// up to 24 letters or digits only) is replaced only as a whole word.
///
/// Clones share the text, which is zeroized when the last one is dropped. A `String` is moved in
/// without a copy; zeroize any other copies of it yourself.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(Arc<Zeroizing<String>>);

impl ApiToken {
    /// Returns the secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Checks that there are no characters that a token cannot have; often a file was read with its
    /// line break. `parameter` is the setting or variable.
    pub(crate) fn check(&self, parameter: &str, violations: &mut Violations) {
        // The soft hyphen, zero-width characters, marks of direction and the byte order mark.
        let is_invisible = |c: char| {
            let odd = ['\u{ad}', '\u{61c}', '\u{180e}', '\u{feff}'];
            odd.contains(&c)
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        };
        let is_stray = |c: char| c.is_control() || c.is_whitespace() || is_invisible(c);
        violations.check_not_empty(parameter, &**self.0);
        if let Some(at) = self.0.chars().position(is_stray) {
            let found = format!("one at character {} of {}", at + 1, self.0.chars().count());
            violations.push(parameter, Rule::NoControlOrSpace, found);
        }
    }
}

impl From<&str> for ApiToken {
    fn from(token: &str) -> Self {
        token.to_owned().into()
    }
}

impl From<String> for ApiToken {
    fn from(token: String) -> Self {
        Self(Arc::new(token.into()))
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken([redacted])")
    }
}
