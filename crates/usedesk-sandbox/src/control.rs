//! Control over HTTP, under `/sandbox/`, for tests in any language. It does what the methods of
//! [`Sandbox`](crate::Sandbox) do.

mod api;
mod call;
mod cors;
mod error;
mod events;
mod health;
mod hosts;
mod input;
mod openapi;
mod operations;
mod requests;
mod reset;
mod routes;
mod scripts;
mod settings;
mod state;
mod token;
mod view;
mod webhooks;

use self::call::Call;
pub(crate) use self::cors::{allow, preflight};
pub(crate) use self::error::ControlError;
pub(crate) use self::events::stream;
pub(crate) use self::hosts::Hosts;
pub(crate) use self::input::Members;
pub(crate) use self::view::View;
use crate::http::Request;
use crate::reply::Reply;
use crate::shared::Shared;

const PREFIX: &str = "/sandbox/";

/// Whether a request is a control call, which is neither journaled nor scripted.
pub(crate) fn is_control(path: &str) -> bool {
    path.starts_with(PREFIX) || path == "/sandbox"
}

/// Handles a control call.
pub(crate) fn respond(shared: &Shared, request: &Request) -> Reply {
    shared
        .hosts
        .check(request)
        .and_then(|()| routes::find(&request.method, &request.path))
        .and_then(|(act, id)| act(shared, Call::read(request, id)))
        .unwrap_or_else(|error| error.into_response().into())
}
