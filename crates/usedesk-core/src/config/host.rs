//! Normalization of hosts and ports, so that every HTTP library reads them alike.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::uri::{Authority, Scheme};

/// The rule that [`normalize`] checks.
pub(crate) const RULE: &str = "have a host of ASCII letters, digits, - and _, or an IP address, and a port from 1 to 65535 if any";

/// Limits for a host name and for a label in it, in characters (RFC 1035).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Returns the `Host` that every library sends: the host in lower case, an IPv6 address in its
/// shortest form, and the port unless it is the default of the scheme. `None` if libraries read the
/// host differently.
pub(crate) fn normalize(authority: &Authority, scheme: &Scheme) -> Option<Authority> {
    let host = authority.host();
    let host_and_port = authority.as_str().rsplit('@').next()?;
    let port = match host_and_port.strip_prefix(host)? {
        "" => None,
        port => Some(port.strip_prefix(':').and_then(read_port)?),
    };
    let host = normalize_host(host)?;
    let normalized = match port.filter(|&port| port != default_port(scheme)) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    normalized.parse().ok()
}

/// Returns the port of a URL without one.
pub(crate) fn default_port(scheme: &Scheme) -> u16 {
    if *scheme == Scheme::HTTPS { 443 } else { 80 }
}

/// Parses a port. It must have digits only: a number also parses with a plus sign.
pub(crate) fn read_port(text: &str) -> Option<u16> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&port| is_digits && port > 0)
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn normalize_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse().ok().map(|address| format!("[{}]", format_ipv6(address)));
    }
    let host = host.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    let last_label = name.rsplit('.').next().unwrap_or_default();
    // A host that ends in a number is an address, which libraries parse differently if it is not in
    // the usual form.
    let is_numeric = !last_label.is_empty()
        && (last_label.bytes().all(|byte| byte.is_ascii_digit()) || last_label.starts_with("0x"));
    let is_host = if is_numeric {
        host.parse::<Ipv4Addr>().is_ok()
    } else {
        name.len() <= MAX_HOST && name.split('.').all(is_label)
    };
    is_host.then_some(host)
}

/// Formats an address as the URL standard does; Rust writes the end of some in decimal.
fn format_ipv6(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    }
}

fn is_label(label: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(is_plain)
        // Whether the rest is valid Punycode is left to the resolver.
        && label != "xn--"
}
