//! The secret of an API channel.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::violations::{Rule, Violations};

/// The secret key of an API channel (Channels > Add channel > API), sent as `api_token`.
///
/// It is in no `Debug` output and there is no `Display`: only [`expose`](Self::expose) yields it.
/// Where a text from outside repeats it, `[redacted]` is printed instead: the spellings that are
/// recognized are listed in the repository's `docs/security.md`. One that may be a word (fewer than
/// 6 characters, or up to 24 letters or digits alone) is replaced only where it stands alone.
/// Cloning shares the text, which is overwritten in memory when the last clone is dropped. From a
/// `String` it is taken over; other copies of yours are yours to care for.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(Arc<Zeroizing<String>>);

impl ApiToken {
    /// The secret itself. Take care where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Rejects what cannot be a token; most of the time something came along from a file.
    /// `parameter` is what the user calls it.
    pub(crate) fn check(&self, parameter: &str, violations: &mut Violations) {
        // Zero-width characters and the byte order mark are as stray, and nobody sees them.
        let is_invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
        let is_stray = |c: char| c.is_control() || c.is_whitespace() || is_invisible(c);
        if self.0.is_empty() {
            violations.push(parameter, Rule::NotEmpty, "an empty text");
        } else if let Some(at) = self.0.chars().position(is_stray) {
            let found = format!("one as character {} of {}", at + 1, self.0.chars().count());
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
