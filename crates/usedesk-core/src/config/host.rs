//! Hosts and ports that every HTTP library reads alike, in one spelling.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::uri::{Authority, Scheme};

/// What [`plain`] asks for.
pub(crate) const RULE: &str = "name a host by ASCII letters, digits, - and _ or by its address, and, if any, a port from 1 to 65535";

/// The longest name of a host and the longest label in it, in characters (RFC 1035).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// The host in lower case, an IPv6 address in its shortest form, and the port unless it is the
/// scheme's own: what all libraries send as `Host`. None where they differ in what they read.
pub(crate) fn plain(authority: &Authority, scheme: &Scheme) -> Option<Authority> {
    let host = authority.host();
    let host_and_port = authority.as_str().rsplit('@').next()?;
    let port = match host_and_port.strip_prefix(host)? {
        "" => None,
        port => Some(port.strip_prefix(':').and_then(read_port)?),
    };
    let host = plain_host(host)?;
    let plain = match port.filter(|&port| port != default_port(scheme)) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    plain.parse().ok()
}

/// The port of a URL without one.
pub(crate) fn default_port(scheme: &Scheme) -> u16 {
    if *scheme == Scheme::HTTPS { 443 } else { 80 }
}

/// A port of digits alone: numbers also parse with a plus sign.
pub(crate) fn read_port(text: &str) -> Option<u16> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&port| is_digits && port > 0)
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn plain_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse().ok().map(|address| format!("[{}]", plain_address(address)));
    }
    let host = host.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    let last_label = name.rsplit('.').next().unwrap_or_default();
    // What ends in a number is an address, and libraries differ in how they read one in parts.
    let is_numeric = !last_label.is_empty()
        && (last_label.bytes().all(|byte| byte.is_ascii_digit()) || last_label.starts_with("0x"));
    let is_host = if is_numeric {
        host.parse::<Ipv4Addr>().is_ok()
    } else {
        name.len() <= MAX_HOST && name.split('.').all(is_label)
    };
    is_host.then_some(host)
}

/// As the URL standard writes it; Rust ends some in decimal numbers.
fn plain_address(address: Ipv6Addr) -> String {
    match (address.to_ipv4_mapped(), address.segments()) {
        (Some(_), [.., high, low]) => format!("::ffff:{high:x}:{low:x}"),
        _ => address.to_string(),
    }
}

fn is_label(label: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(is_plain)
        // Whether the rest is Punycode of a real name is left to whoever looks the name up.
        && label != "xn--"
}
