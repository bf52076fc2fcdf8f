//! The secret of an API channel.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::encoding::escape;
use crate::text::CUT;
use crate::violations::{Rule, Violations};

/// How much of a token, in bytes, tells more than chance would.
const TELLING: usize = 4;

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
                _ if rest.starts_with(&**spelling) => Some(spelling.len()),
                Some(cut) if spelling.starts_with(&text[at..cut]) => Some(cut - at),
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
    fn spellings(&self) -> Vec<String> {
        let token = self.expose();
        let json = Value::from(token).to_string();
        let debug = format!("{token:?}");
        let unquoted = |quoted: &str| quoted[1..quoted.len() - 1].to_owned();
        let php_json = token.chars().fold(String::new(), |php_json, c| match c {
            '"' | '\\' | '/' => php_json + "\\" + c.encode_utf8(&mut [0; 4]),
            ' '..='~' => php_json + c.encode_utf8(&mut [0; 4]),
            _ => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .fold(php_json, |php_json, unit| php_json + &format!("\\u{unit:04x}")),
        });
        let form = escape(token);
        let mut spellings = vec![
            token.to_owned(),
            unquoted(&json),
            unquoted(&json).replace('/', "\\/"),
            php_json,
            unquoted(&debug),
            lower_case_escapes(&form),
            form,
        ];
        spellings.retain(|spelling| !spelling.is_empty());
        spellings.sort_unstable_by_key(|spelling| Reverse(spelling.len()));
        spellings.dedup();
        spellings
    }
}

/// `%D0%B6` as `%d0%b6`.
fn lower_case_escapes(escaped: &str) -> String {
    let mut pieces = escaped.split('%');
    let start = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(start, |text, piece| {
        let (digits, rest) = piece.split_at(piece.len().min(2));
        text + "%" + &digits.to_ascii_lowercase() + rest
    })
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
