//! Where the API is.

use std::fmt;

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use super::host;
use crate::secret::{ApiToken, ZeroizingBuffer};
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// The international cloud, the default.
pub const INTERNATIONAL_CLOUD: &str = "https://secure.usedesk.com/uapi";

/// The Russian cloud.
pub const RUSSIAN_CLOUD: &str = "https://api.usedesk.ru";

/// A checked base URL, kept in pieces so that no call parses it again.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl {
    scheme: Scheme,
    /// In its plain spelling, so that every transport sends the same `Host`.
    authority: Authority,
    /// Without a slash at the end.
    path: String,
}

impl BaseUrl {
    /// Checks `text`, which `setting` holds. What is printed of it on failure is never a password
    /// or a query.
    pub(crate) fn parse(
        setting: &str,
        text: &str,
        allow_plain_http: bool,
        token: &ApiToken,
        violations: &mut Violations,
    ) -> Option<Self> {
        let mut refuse = |rule: &'static str, found: String| {
            violations.push(setting, Rule::Custom(rule.into()), found);
            None
        };
        let printable = printable(&token.redact(text));
        // `Uri` drops a fragment without a word.
        if text.contains('#') {
            return refuse("have no fragment", printable);
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return refuse("be a URL like https://secure.usedesk.com/uapi", printable);
        };
        let Parts { scheme: Some(scheme), authority: Some(authority), path_and_query, .. } =
            uri.into_parts()
        else {
            return refuse("be a URL with a scheme and a host", printable);
        };
        if authority.as_str().contains('@') {
            return refuse("hold no user name and no password", "one before the host".to_owned());
        }
        let Some(authority) = host::plain(&authority, &scheme) else {
            return refuse(host::RULE, printable);
        };
        if path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return refuse("have no query", printable);
        }
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return refuse("begin with https://", printable);
        }
        if scheme == Scheme::HTTP && !allow_plain_http && !host::is_loopback(authority.host()) {
            let rule = "begin with https://, unless plain http is allowed explicitly";
            return refuse(rule, printable);
        }
        let path = path_and_query.as_ref().map_or("/", PathAndQuery::path);
        if !is_plain_path(path) {
            return refuse(PLAIN_PATH, printable);
        }
        Some(Self { scheme, authority, path: path.trim_end_matches('/').to_owned() })
    }

    /// The URL of a path below it; the path begins with a slash. The token may be in the query, so
    /// with one the URL is overwritten in memory when its last clone is dropped.
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

/// What of a URL may be printed: nothing that may be a password, or the token in the wrong
/// variable, and nothing after `?` or `#`.
pub(crate) fn printable(text: &str) -> String {
    let may_be_token = text.len() >= 20 && !text.contains(['.', ':']);
    if text.contains('@') || may_be_token {
        return format!("{} other characters", text.chars().count());
    }
    quote(text.split(['?', '#']).next().unwrap_or_default())
}

/// What [`is_plain_path`] asks for.
pub(crate) const PLAIN_PATH: &str = "have a path that begins with / and has only segments of letters, digits and -._~!$&'()*+,;=:@%";

/// Whether every HTTP library sends `path` as it is: some escape what others do not, and some
/// resolve dots, which would lead out of the base URL.
pub(crate) fn is_plain_path(path: &str) -> bool {
    let is_plain = |byte| {
        matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~')
            || b"!$&'()*+,;=:@%".contains(&byte)
    };
    let is_dots =
        |segment: &str| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    // Most paths have no dot, and need no second look.
    let may_have_dots = path.bytes().any(|byte| matches!(byte, b'.' | b'%'));
    path.starts_with('/')
        && path.bytes().all(is_plain)
        && !(may_have_dots && path.split('/').any(is_dots))
}
