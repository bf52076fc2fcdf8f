//! Which hosts control calls may name. Web pages of other sites must not control the sandbox.

use std::net::IpAddr;

use super::ControlError;
use crate::http::Request;

/// The hosts that `Host` and `Origin` may name: loopback, the bound address and further names. A page
/// whose own name resolves to this machine (DNS rebinding) sends that name as `Host`; a page of
/// another site sends its name as `Origin`.
#[derive(Clone)]
pub(crate) struct Hosts {
    bound: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    pub(crate) fn new(bound: IpAddr, names: Vec<String>) -> Self {
        Self { bound, names }
    }

    pub(super) fn check(&self, request: &Request) -> Result<(), ControlError> {
        let rule = "must name this machine (localhost, a loopback address, the bound address or a \
                    --host-name)";
        // A header may be there twice.
        let named = |name| {
            let named = request.headers.iter().filter(move |(known, _)| known == name);
            named.map(|(_, value)| value.as_str())
        };
        let wrong = named("host").find(|host| !self.allows(host));
        if let Some(host) = wrong.or_else(|| named("host").next().is_none().then_some("")) {
            return Err(ControlError::with_status(403, "Host", rule, host));
        }
        if let Some(origin) = named("origin").find(|origin| !self.allows_origin(origin)) {
            return Err(ControlError::with_status(403, "Origin", rule, origin));
        }
        // Browsers send no `Origin` with some requests, such as those for images. Where there is one it
        // decides, since between `localhost` and 127.0.0.1 a request is cross-site, too.
        match request.header("sec-fetch-site") {
            Some("cross-site") if named("origin").next().is_none() => {
                let rule = "must not be cross-site";
                Err(ControlError::with_status(403, "Sec-Fetch-Site", rule, "cross-site"))
            }
            _ => Ok(()),
        }
    }

    /// Returns the origin of a page of this machine that made a request.
    pub(crate) fn origin<'a>(&self, request: &'a Request) -> Option<&'a str> {
        request.header("origin").filter(|origin| self.allows_origin(origin))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(|host| self.allows(host))
    }

    /// Whether a host with an optional port is allowed.
    fn allows(&self, host: &str) -> bool {
        let Some(name) = without_port(host) else { return false };
        // A dot at the end is part of some absolute names.
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_here = match name.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => {
                address.is_loopback() || (address == self.bound && !address.is_unspecified())
            }
            Err(_) => name.eq_ignore_ascii_case("localhost"),
        };
        is_here || self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Removes the port; `None` if there is no host or no valid port.
fn without_port(host: &str) -> Option<&str> {
    // The colons of an IPv6 address are in brackets.
    let end = host.rfind(']').unwrap_or(0);
    let (name, port) = match host[end..].split_once(':') {
        Some((rest, port)) => (&host[..end + rest.len()], port),
        None => (host, "0"),
    };
    (!name.is_empty() && port.parse::<u16>().is_ok()).then_some(name)
}
