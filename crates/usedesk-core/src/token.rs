//! The secret of an API channel.

use std::fmt::{self, Write as _};
use std::slice;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::encoding::escape_into;
use crate::text::CUT;
use crate::violations::{Rule, Violations};
use crate::wiped::Wiped;

/// How much of a token, in bytes, tells more than chance would.
const TELLING: usize = 4;

/// The secret key of an API channel (Channels > Add channel > API), sent as `api_token`.
///
/// It is in no `Debug` output and there is no `Display`: only [`expose`](Self::expose) yields it.
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

    /// Refuses what cannot be a token; most of the time something came along from a file.
    pub(crate) fn check(&self, violations: &mut Violations) {
        const PARAMETER: &str = "api_token";
        // Zero-width characters and the byte order mark are as stray, and nobody sees them.
        let is_invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
        let is_stray = |c: char| c.is_control() || c.is_whitespace() || is_invisible(c);
        if self.0.is_empty() {
            violations.push(PARAMETER, Rule::NotEmpty, "an empty text");
        } else if let Some(at) = self.0.chars().position(is_stray) {
            let found = format!("one as character {} of {}", at + 1, self.0.chars().count());
            violations.push(PARAMETER, Rule::NoControlOrSpace, found);
        }
    }

    /// `text` with the token replaced, for texts that come from the server and might echo it, in
    /// every spelling that it could take on the way.
    pub(crate) fn redact(&self, text: &str) -> String {
        let spellings = self.spellings();
        let mut redacted = String::with_capacity(text.len());
        let (mut at, mut cut) = (0, None);
        while let Some(first) = text[at..].chars().next() {
            let rest = &text[at..];
            // A text of ours may have been cut in the middle of the token.
            if cut.is_none_or(|cut| cut < at) {
                cut = Some(rest.find(CUT).map_or(text.len(), |cut| at + cut));
            }
            let before_cut = cut.filter(|&cut| cut < text.len() && cut >= at + TELLING);
            let length = spellings.iter().find_map(|spelling| match before_cut {
                _ if rest.as_bytes().starts_with(spelling) => Some(spelling.len()),
                Some(cut) if spelling.starts_with(&text.as_bytes()[at..cut]) => Some(cut - at),
                _ => None,
            });
            if length.is_some() {
                redacted.push_str("[redacted]");
            } else {
                redacted.push(first);
            }
            at += length.unwrap_or(first.len_utf8());
        }
        redacted
    }

    /// The token as it is, and as JSON, PHP's JSON, a form and Rust's own `Debug` spell it, the
    /// longest first. Those of most tokens are all the same.
    fn spellings(&self) -> Vec<Wiped> {
        let token = self.expose();
        let (mut json, mut debug, mut form) =
            (Wiped::default(), Wiped::default(), Wiped::default());
        // Memory takes whatever is written.
        let _ = serde_json::to_writer(&mut json, token);
        let _ = write!(debug, "{token:?}");
        escape_into(&mut form, token.as_bytes());
        let [json, debug] = [json, debug].map(|quoted| Wiped::from(&quoted[1..quoted.len() - 1]));
        let mut spellings = vec![
            Wiped::from(token.as_bytes()),
            with_escaped_slashes(&json),
            json,
            php_json(token),
            debug,
            with_lower_case_escapes(&form),
            form,
        ];
        spellings.retain(|spelling| !spelling.is_empty());
        spellings.sort_unstable_by(|a, b| (b.len(), &**b).cmp(&(a.len(), &**a)));
        spellings.dedup_by(|a, b| **a == **b);
        spellings
    }
}

/// As PHP writes JSON, with ASCII only.
fn php_json(text: &str) -> Wiped {
    let mut json = Wiped::default();
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' | '/' => write!(json, "\\{c}"),
            ' '..='~' => json.write_char(c),
            _ => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .try_for_each(|unit| write!(json, "\\u{unit:04x}")),
        };
    }
    json
}

/// `a/b` as `a\/b`.
fn with_escaped_slashes(json: &[u8]) -> Wiped {
    let mut escaped = Wiped::default();
    for &byte in json {
        escaped.extend_from_slice(if byte == b'/' { b"\\/" } else { slice::from_ref(&byte) });
    }
    escaped
}

/// `%D0%B6` as `%d0%b6`.
fn with_lower_case_escapes(form: &[u8]) -> Wiped {
    let (mut lower, mut digits) = (Wiped::default(), 0);
    for &byte in form {
        lower.push(if digits > 0 { byte.to_ascii_lowercase() } else { byte });
        digits = if byte == b'%' { 2_u8 } else { digits.saturating_sub(1) };
    }
    lower
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
