//! Links in responses: to the host that the request named, which a client elsewhere can reach.

use serde_json::Value;

use crate::received::Received;

/// What is linked.
const PATHS: &[&str] = &["/files/", "/chats/"];

/// Lets the links below `base_url` start with the host of the request, if it names one.
pub(crate) fn follow_host(body: Value, base_url: &str, received: &Received) -> Value {
    let Some(host) = received.header("host").filter(|host| is_host(host)) else { return body };
    let scheme = if received.is_secure { "https" } else { "http" };
    let named = format!("{scheme}://{host}");
    if named == base_url { body } else { rebase(body, base_url, &named) }
}

/// Whether a host with an optional port has only the characters of one.
fn is_host(host: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(is_allowed)
}

fn rebase(value: Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix(from) {
            Some(path) if PATHS.iter().any(|start| path.starts_with(start)) => {
                format!("{to}{path}").into()
            }
            _ => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(|item| rebase(item, from, to)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, rebase(value, from, to))).collect()
        }
        value => value,
    }
}
