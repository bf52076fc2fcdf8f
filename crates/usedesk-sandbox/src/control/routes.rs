//! The routes of control calls. `openapi.json` describes each of them.

use super::call::Call;
use super::error::ControlError;
use super::{api, events, health, openapi, operations, requests, reset};
use super::{scripts, settings, state, token, webhooks};
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) type Act = fn(&Shared, Call<'_>) -> Result<Reply, ControlError>;

pub(super) struct Route {
    pub(super) method: &'static str,
    /// `{id}` matches a number, `{path}` anything.
    pub(super) path: &'static str,
    act: Act,
}

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/sandbox/api/{path}", act: api::act },
    Route { method: "POST", path: "/sandbox/api/{path}", act: api::act },
    Route { method: "GET", path: "/sandbox/events", act: events::open },
    Route { method: "GET", path: "/sandbox/health", act: health::show },
    Route { method: "GET", path: "/sandbox/openapi.json", act: openapi::show },
    Route { method: "GET", path: "/sandbox/operations", act: operations::list },
    Route { method: "GET", path: "/sandbox/requests", act: requests::list },
    Route { method: "DELETE", path: "/sandbox/requests", act: requests::clear },
    Route { method: "GET", path: "/sandbox/requests/{id}", act: requests::show },
    Route { method: "GET", path: "/sandbox/requests/{id}/file", act: requests::file },
    Route { method: "POST", path: "/sandbox/reset", act: reset::reset },
    Route { method: "GET", path: "/sandbox/scripts", act: scripts::list },
    Route { method: "POST", path: "/sandbox/scripts", act: scripts::add },
    Route { method: "DELETE", path: "/sandbox/scripts", act: scripts::clear },
    Route { method: "GET", path: "/sandbox/scripts/{id}", act: scripts::show },
    Route { method: "DELETE", path: "/sandbox/scripts/{id}", act: scripts::remove },
    Route { method: "GET", path: "/sandbox/settings", act: settings::show },
    Route { method: "PATCH", path: "/sandbox/settings", act: settings::change },
    Route { method: "GET", path: "/sandbox/state", act: state::show },
    Route { method: "PUT", path: "/sandbox/state", act: state::replace },
    Route { method: "GET", path: "/sandbox/token", act: token::show },
    Route { method: "GET", path: "/sandbox/webhooks", act: webhooks::list },
    Route { method: "POST", path: "/sandbox/webhooks", act: webhooks::fire },
    Route { method: "DELETE", path: "/sandbox/webhooks", act: webhooks::clear },
    Route { method: "GET", path: "/sandbox/webhooks/{id}", act: webhooks::show },
    Route { method: "POST", path: "/sandbox/webhooks/{id}", act: webhooks::resend },
];

/// Finds the function of a call and the number in its path.
pub(super) fn find(method: &str, path: &str) -> Result<(Act, u64), ControlError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut here =
        ROUTES.iter().filter_map(|route| Some((route, id(path, route.path)?))).peekable();
    if here.peek().is_none() {
        let rule = "must be one of the paths in /sandbox/openapi.json";
        return Err(ControlError::with_status(404, "path", rule, path));
    }
    let mut allowed = Vec::new();
    for (route, id) in here {
        if route.method == method {
            return Ok((route.act, id));
        }
        allowed.push(route.method);
    }
    Err(ControlError::method(method, &allowed.join(", ")))
}

/// Returns the number in a path, 0 if the pattern has none; `None` if the path does not match.
fn id(path: &str, pattern: &str) -> Option<u64> {
    if let Some(start) = pattern.strip_suffix("{path}") {
        return path.starts_with(start).then_some(0);
    }
    match pattern.split_once("{id}") {
        Some((start, end)) => {
            let digits = path.strip_prefix(start)?.strip_suffix(end)?;
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| is_number)
        }
        None => (path == pattern).then_some(0),
    }
}
