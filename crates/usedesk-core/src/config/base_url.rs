//! The base URL of the API.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use super::host;
use crate::secret::{ApiToken, ZeroizingBuffer};
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// The base URL of the international cloud, the default.
pub const INTERNATIONAL_CLOUD: &str = "https://secure.usedesk.com/uapi";

/// The base URL of the Russian cloud.
pub const RUSSIAN_CLOUD: &str = "https://api.usedesk.ru";

/// A checked base URL, parsed once for all calls.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    scheme: Scheme,
    /// Normalized, so that every transport sends the same `Host`.
    authority: Authority,
    /// Without a trailing slash.
    path: Arc<str>,
}

impl BaseUrl {
    /// Parses `text`, the value of `setting`. Violations show neither a password nor a query.
    pub(crate) fn parse(
        setting: &str,
        text: &str,
        allow_plain_http: bool,
        token: &ApiToken,
        violations: &mut Violations,
    ) -> Option<Self> {
        let mut reject = |rule: &'static str, found: String| {
            violations.push(setting, Rule::Custom(rule.into()), found);
            None
        };
        let printable = printable(&token.redact(text));
        // `Uri` silently drops a fragment.
        if text.contains('#') {
            return reject("not have a fragment", printable);
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return reject("be a URL like https://secure.usedesk.com/uapi", printable);
        };
        let Parts { scheme: Some(scheme), authority: Some(authority), path_and_query, .. } =
            uri.into_parts()
        else {
            return reject("be a URL with a scheme and a host", printable);
        };
        if authority.as_str().contains('@') {
            return reject("not have a user name or password", "one before the host".to_owned());
        }
        let Some(authority) = host::normalize(&authority, &scheme) else {
            return reject(host::RULE, printable);
        };
        if path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return reject("not have a query", printable);
        }
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return reject("start with https://", printable);
        }
        if scheme == Scheme::HTTP && !allow_plain_http && !host::is_loopback(authority.host()) {
            let rule = "start with https://, unless plain http is allowed";
            return reject(rule, printable);
        }
        let path = path_and_query.as_ref().map_or("/", PathAndQuery::path);
        if !is_plain_path(path) {
            return reject(PLAIN_PATH, printable);
        }
        Some(Self { scheme, authority, path: path.trim_end_matches('/').into() })
    }

    /// Appends a path, which begins with a slash. A query may hold the token, so a URL with one is
    /// zeroized when its last clone is dropped.
    pub(crate) fn join(&self, path: &str, query: Option<&[u8]>) -> Result<Uri, http::Error> {
        let joined: Bytes = match query {
            Some(query) => {
                let length = self.path.len() + path.len() + 1 + query.len();
                let mut joined = ZeroizingBuffer::with_capacity(length);
                for part in [self.path.as_bytes(), path.as_bytes(), b"?", query] {
                    joined.extend_from_slice(part);
                }
                joined.into()
            }
            None => [&*self.path, path].concat().into(),
        };
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(joined)?);
        Ok(Uri::from_parts(parts)?)
    }

    /// Returns the path, without a trailing slash.
    pub(crate) fn path(&self) -> &Arc<str> {
        &self.path
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    pub(crate) fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(host::default_port(&self.scheme))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    pub(crate) fn is_plain_loopback(&self) -> bool {
        !self.is_https() && host::is_loopback(self.authority.host())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

/// Returns what may be printed of a URL: not a password, not a token in the wrong variable, and
/// nothing after `?` or `#`.
pub(crate) fn printable(text: &str) -> String {
    let may_be_token = text.len() >= 20 && !text.contains(['.', ':']);
    if text.contains('@') || may_be_token {
        return length_only(text);
    }
    quote(text.split(['?', '#']).next().unwrap_or_default())
}

/// Describes a text that may be a secret, without showing it.
pub(crate) fn length_only(text: &str) -> String {
    format!("{} characters (not shown)", text.chars().count())
}

/// The rule that [`is_plain_path`] checks.
pub(crate) const PLAIN_PATH: &str = "have a path that starts with / and contains only letters, digits, /-._~!$&'()*+,;=:@% and no . or .. segments";

/// Whether every HTTP library sends `path` unchanged. Some escape more than others, and some
/// resolve dots, which would lead out of the base URL.
pub(crate) fn is_plain_path(path: &str) -> bool {
    let is_plain = |byte| {
        matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~')
            || b"!$&'()*+,;=:@%".contains(&byte)
    };
    let is_dots =
        |segment: &str| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    path.starts_with('/') && path.bytes().all(is_plain) && !path.split('/').any(is_dots)
}
