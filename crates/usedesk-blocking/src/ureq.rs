//! What works around ureq: each file opens with the behavior that it works around, and names the
//! test that fails without it.
//!
//! The traits for this are exempt from ureq's semantic versioning, so the dependency is pinned to
//! its minor version.

mod connector;
mod not_connected;
mod resolver;
mod tcp;

use ureq::Agent;
use ureq::config::Config;

pub(crate) use not_connected::NotConnected;

/// Creates an agent with all of it.
pub(crate) fn agent(config: Config) -> Agent {
    let resolver = resolver::CachingResolver::new();
    Agent::with_parts(config, connector::connector(resolver.clone()), resolver)
}
