//! Through which proxy requests go.
//!
//! HTTP libraries read the environment each in its own way, and go without a proxy where they
//! cannot use one. A handle has one base URL, so it is decided here, once, for both worlds.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::base_url::{BaseUrl, has_valid_host};
use crate::violations::{Rule, Violations};

/// Through which proxy requests go.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The one that the environment names for the base URL, if any.
    #[default]
    Environment,
    /// None, whatever the environment says.
    None,
    /// This one.
    Url(String),
}

// Without the URL, which may hold a password.
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
    /// The URL of the proxy for this base URL, checked; `read` looks up variables.
    pub(crate) fn resolve(
        &self,
        base_url: &BaseUrl,
        read: impl Fn(&str) -> Option<String>,
        violations: &mut Violations,
    ) -> Option<String> {
        let (name, url) = match self {
            Self::None => return None,
            Self::Url(url) => ("proxy", url.clone()),
            // Plain http to this machine is allowed because it does not leave it; through a proxy
            // that nobody asked for it would.
            Self::Environment if base_url.is_plain_loopback() => return None,
            Self::Environment => named_by_environment(base_url, read)?,
        };
        let is_usable = url.parse::<Uri>().is_ok_and(|uri| {
            let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
            is_http && uri.authority().is_some_and(has_valid_host)
        });
        if !is_usable {
            // Not shown: it may hold a password.
            let rule = Rule::Custom("be a URL like http://host:port".into());
            violations.push(name, rule, format!("{} other characters", url.chars().count()));
            return None;
        }
        Some(url)
    }
}

/// The first variable that names a proxy for the base URL, unless `NO_PROXY` excepts its host.
fn named_by_environment(
    base_url: &BaseUrl,
    read: impl Fn(&str) -> Option<String>,
) -> Option<(&'static str, String)> {
    let read = |name: &'static str| read(name).filter(|value| !value.is_empty());
    let excepted = read("no_proxy").or_else(|| read("NO_PROXY")).unwrap_or_default();
    if excepted.split(',').any(|entry| excepts(entry.trim(), base_url.host())) {
        return None;
    }
    let names: &[&str] = if base_url.is_https() {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else if read("REQUEST_METHOD").is_some() {
        // Under CGI a header of the request can set HTTP_PROXY.
        &["http_proxy", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    let (name, url) = names.iter().find_map(|name| Some((*name, read(name)?)))?;
    // Without a scheme, `host:port`, http is meant.
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    Some((name, url))
}

/// Whether an entry of `NO_PROXY` means this host: `*`, the host itself, a domain that it is in
/// (with or without `.` or `*.` before it), an address or a range of addresses (`10.0.0.0/8`).
fn excepts(entry: &str, host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let entry = entry.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    if entry == "*" || entry == host {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return entry.split_once('/').is_some_and(|(network, length)| {
            let range = network.parse().ok().zip(length.parse().ok());
            range.is_some_and(|(network, length)| is_in(address, network, length))
        });
    }
    let domain = entry.trim_start_matches('*').trim_start_matches('.');
    !domain.is_empty() && (host == domain || host.ends_with(&format!(".{domain}")))
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
