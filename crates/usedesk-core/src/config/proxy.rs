//! The choice of a proxy.
//!
//! HTTP libraries read the environment in different ways, and use no proxy where they cannot use
//! the given one. A handle has one base URL, so the choice is made here, once for both flavors.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::base_url::{BaseUrl, length_only};
use super::host;
use crate::violations::{Rule, Violations};

/// The proxy setting of a handle.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The proxy that the environment names for the base URL, if any.
    #[default]
    Environment,
    /// No proxy, regardless of the environment.
    None,
    /// The proxy at this URL.
    Url(String),
}

// The URL may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Url(_) => "Url([redacted])",
        })
    }
}

impl Proxy {
    /// Returns the checked proxy for a base URL. `read` looks up environment variables.
    pub(crate) fn resolve(
        &self,
        base_url: &BaseUrl,
        read: impl Fn(&str) -> Option<String>,
        violations: &mut Violations,
    ) -> Option<ChosenProxy> {
        let ChosenProxy { setting, url } = match self {
            Self::None => return None,
            Self::Url(url) => ChosenProxy { setting: "proxy", url: url.clone() },
            // Plain http to this machine is allowed because it does not leave the machine; through
            // such a proxy it would.
            Self::Environment if base_url.is_plain_loopback() => return None,
            Self::Environment => from_environment(base_url, read)?,
        };
        let is_usable = url.parse::<Uri>().is_ok_and(|uri| {
            let scheme =
                uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme));
            let host = scheme.zip(uri.authority());
            host.and_then(|(scheme, authority)| host::normalize(authority, scheme)).is_some()
        });
        if !is_usable {
            let rule = Rule::Custom("be a URL like http://host:port".into());
            violations.push(setting, rule, length_only(&url));
            return None;
        }
        Some(ChosenProxy { setting, url })
    }
}

/// A proxy and where it was set.
#[derive(Clone)]
pub(crate) struct ChosenProxy {
    /// The setting or environment variable.
    pub(crate) setting: &'static str,
    /// May hold a password.
    pub(crate) url: String,
}

/// Returns the proxy in the first variable that applies to the base URL, unless `NO_PROXY` excludes
/// the host.
fn from_environment(
    base_url: &BaseUrl,
    read: impl Fn(&str) -> Option<String>,
) -> Option<ChosenProxy> {
    let read = |name: &'static str| read(name).filter(|value| !value.is_empty());
    let excluded = read("no_proxy").or_else(|| read("NO_PROXY")).unwrap_or_default();
    let mut entries = excluded.split(|c: char| c == ',' || c.is_whitespace());
    if entries.any(|entry| excludes(entry, base_url.host(), base_url.port())) {
        return None;
    }
    let names: &[&str] = if base_url.is_https() {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else if read("REQUEST_METHOD").is_some() {
        // Under CGI a request header can set HTTP_PROXY.
        &["http_proxy", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    let (setting, url) = names.iter().find_map(|name| Some((*name, read(name)?)))?;
    // `host:port` without a scheme means http.
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    Some(ChosenProxy { setting, url })
}

/// Whether an entry of `NO_PROXY` matches this host and port.
///
/// An entry is `*`, a host (optionally after `.` or `*.`) that also covers its subdomains, an
/// address, or a range of addresses (`10.0.0.0/8`). Each but a range may end in a port, which must
/// then be equal.
fn excludes(entry: &str, host: &str, port: u16) -> bool {
    let (entry, entry_port) = split_port(entry);
    let entry = unbracketed(entry).trim_end_matches('.').to_ascii_lowercase();
    let host = unbracketed(host).trim_end_matches('.');
    if entry_port.is_some_and(|entry_port| host::read_port(entry_port) != Some(port)) {
        return false;
    }
    if entry == "*" {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return match entry.split_once('/') {
            Some((network, length)) => {
                let range = network.parse().ok().zip(length.parse().ok());
                range.is_some_and(|(network, length)| is_in(address, network, length))
            }
            None => entry.parse() == Ok(address),
        };
    }
    let domain = entry.trim_start_matches('*').trim_start_matches('.');
    !domain.is_empty() && (host == domain || host.ends_with(&format!(".{domain}")))
}

/// Splits the port off an entry. An IPv6 address has a port only after brackets.
fn split_port(entry: &str) -> (&str, Option<&str>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (entry, None),
    }
}

fn unbracketed(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_in(address: IpAddr, network: IpAddr, length: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let shift = 32_u32.checked_sub(length);
            shift.is_some_and(|shift| {
                let differing = address.to_bits() ^ network.to_bits();
                differing.checked_shr(shift).unwrap_or(0) == 0
            })
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let shift = 128_u32.checked_sub(length);
            shift.is_some_and(|shift| {
                let differing = address.to_bits() ^ network.to_bits();
                differing.checked_shr(shift).unwrap_or(0) == 0
            })
        }
        _ => false,
    }
}
