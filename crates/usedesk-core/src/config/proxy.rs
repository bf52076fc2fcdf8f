//! Through which proxy requests go.
//!
//! HTTP libraries read the environment each in its own way, and go without a proxy where they
//! cannot use one. A handle has one base URL, so it is decided here, once, for both worlds.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::base_url::BaseUrl;
use super::host;
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
    /// The proxy for this base URL, checked; `read` looks up variables.
    pub(crate) fn resolve(
        &self,
        base_url: &BaseUrl,
        read: impl Fn(&str) -> Option<String>,
        violations: &mut Violations,
    ) -> Option<ChosenProxy> {
        let ChosenProxy { setting, url } = match self {
            Self::None => return None,
            Self::Url(url) => ChosenProxy { setting: "proxy", url: url.clone() },
            // Plain http to this machine is allowed because it does not leave it; through a proxy
            // that nobody asked for it would.
            Self::Environment if base_url.is_plain_loopback() => return None,
            Self::Environment => named_by_environment(base_url, read)?,
        };
        let is_usable = url.parse::<Uri>().is_ok_and(|uri| {
            let scheme =
                uri.scheme().filter(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme));
            let host = scheme.zip(uri.authority());
            host.and_then(|(scheme, authority)| host::plain(authority, scheme)).is_some()
        });
        if !is_usable {
            // Not shown: it may hold a password.
            let rule = Rule::Custom("be a URL like http://host:port".into());
            violations.push(setting, rule, format!("{} other characters", url.chars().count()));
            return None;
        }
        Some(ChosenProxy { setting, url })
    }
}

/// A proxy, and the setting or variable that names it.
#[derive(Clone)]
pub(crate) struct ChosenProxy {
    pub(crate) setting: &'static str,
    /// It may hold a password.
    pub(crate) url: String,
}

/// The first variable that names a proxy for the base URL, unless `NO_PROXY` excepts its host.
fn named_by_environment(
    base_url: &BaseUrl,
    read: impl Fn(&str) -> Option<String>,
) -> Option<ChosenProxy> {
    let read = |name: &'static str| read(name).filter(|value| !value.is_empty());
    let excepted = read("no_proxy").or_else(|| read("NO_PROXY")).unwrap_or_default();
    let mut entries = excepted.split(|c: char| c == ',' || c.is_whitespace());
    if entries.any(|entry| excepts(entry, base_url.host(), base_url.port())) {
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
    let (setting, url) = names.iter().find_map(|name| Some((*name, read(name)?)))?;
    // Without a scheme, `host:port`, http is meant.
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    Some(ChosenProxy { setting, url })
}

/// Whether an entry of `NO_PROXY` means this host at this port: `*`, the host itself, a domain that
/// it is in or is (with or without `.` or `*.` before it), an address or a range of addresses
/// (`10.0.0.0/8`); each but the last also with a port behind it, which then must be this one.
fn excepts(entry: &str, host: &str, port: u16) -> bool {
    let (entry, its_port) = split_port(entry);
    let entry = unbracketed(entry).trim_end_matches('.').to_ascii_lowercase();
    let host = unbracketed(host).trim_end_matches('.');
    if its_port.is_some_and(|its_port| host::read_port(its_port) != Some(port)) {
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

/// An entry without the port behind it, and that. Only in brackets an IPv6 address has one.
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
