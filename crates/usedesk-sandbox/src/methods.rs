//! The methods of the API: one file each and one entry in [`METHODS`].

mod chat_add_message;
mod chat_change_assignee;
mod chat_send_message;
mod client_details;
mod create_client;
mod create_comment;
mod create_ticket;
mod create_user;
mod delete_user;
mod fields;
mod get_client;
mod get_ticket;
mod get_user;
mod knowledge_base;
mod list_channels;
mod list_clients;
mod list_fields;
mod list_groups;
mod list_tags;
mod list_tickets;
mod list_users;
mod listing;
mod message;
mod parameters;
pub mod quirks;
mod ticket_parameters;
mod update_client;
mod update_ticket;
mod update_user;

use serde_json::Value;

use self::knowledge_base as kb;
use self::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, KeptFile};
use crate::http::Response;
use crate::php::BodyError;
use crate::received::Received;
use crate::settings::Settings;

struct Method {
    /// A name in braces matches a number, which becomes the parameter of that name.
    path: &'static str,
    verbs: &'static [&'static str],
    act: fn(&mut Desk, Parameters<'_>) -> Result<Value, ApiError>,
}

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
/// GET is not documented for these methods, but public clients use it.
const GET_OR_POST: &[&str] = &["GET", "POST"];

const METHODS: &[Method] = &[
    Method { path: "/channels", verbs: GET, act: list_channels::act },
    Method { path: "/chat/addMessage", verbs: POST, act: chat_add_message::act },
    Method { path: "/chat/changeAssignee", verbs: POST, act: chat_change_assignee::act },
    Method { path: "/chat/sendMessage", verbs: POST, act: chat_send_message::act },
    Method { path: "/client", verbs: GET_OR_POST, act: get_client::act },
    Method { path: "/clients", verbs: GET_OR_POST, act: list_clients::act },
    Method { path: "/create/client", verbs: POST, act: create_client::act },
    Method { path: "/create/comment", verbs: POST, act: create_comment::act },
    Method { path: "/create/ticket", verbs: POST, act: create_ticket::act },
    Method { path: "/create/ticket/async", verbs: POST, act: create_ticket::act },
    Method { path: "/create/user", verbs: POST, act: create_user::act },
    Method { path: "/delete/user", verbs: POST, act: delete_user::act },
    Method { path: "/groups", verbs: GET_OR_POST, act: list_groups::act },
    Method { path: "/support/{account_id}/articles/list", verbs: GET, act: kb::list_articles::act },
    Method { path: "/support/{account_id}/articles/{id}", verbs: GET, act: kb::get_article::act },
    Method {
        path: "/support/{account_id}/articles/{id}/add-views",
        verbs: POST,
        act: kb::add_views::act,
    },
    Method {
        path: "/support/{account_id}/articles/{id}/change-rating",
        verbs: POST,
        act: kb::change_rating::act,
    },
    Method { path: "/support/{account_id}/list", verbs: GET, act: kb::list_structure::act },
    Method { path: "/tags", verbs: GET_OR_POST, act: list_tags::act },
    Method { path: "/ticket", verbs: GET_OR_POST, act: get_ticket::act },
    Method { path: "/ticket/fields", verbs: GET_OR_POST, act: list_fields::act },
    Method { path: "/tickets", verbs: GET_OR_POST, act: list_tickets::act },
    Method { path: "/update/client", verbs: POST, act: update_client::act },
    Method { path: "/update/ticket", verbs: POST, act: update_ticket::act },
    Method { path: "/update/user", verbs: POST, act: update_user::act },
    Method { path: "/user", verbs: GET, act: get_user::act },
    Method { path: "/users", verbs: GET_OR_POST, act: list_users::act },
];

/// Handles a request. `body_error` is the error of parsing its body, if any.
pub(crate) fn respond(
    desk: &mut Desk,
    settings: &Settings,
    received: &Received,
    body_error: Option<&BodyError>,
) -> Response {
    // The prefix differs between the international and the Russian cloud.
    let path = received.path.strip_prefix("/uapi").unwrap_or(&received.path);
    // Public clients send a trailing slash.
    let path = path.strip_suffix('/').unwrap_or(path);
    if let Some(file) = desk.files.at(path) {
        return serve_file(file, &received.method);
    }
    let matching = |method: &'static Method| Some((method, numbers_in(path, method.path)?));
    let Some((method, numbers)) = METHODS.iter().find_map(matching) else {
        return Response::message(404, "unknown method");
    };
    if !method.verbs.contains(&received.method.as_str()) {
        return method_not_allowed(method.verbs);
    }
    if let Some(body_error) = body_error {
        return Response::message(body_error.status, &body_error.text);
    }
    let parameters = Parameters::new(&received.parameters, &numbers, &received.files);
    let result =
        check_token(parameters, &settings.token).and_then(|()| (method.act)(desk, parameters));
    // An API error has HTTP status 200, too.
    let body = result.unwrap_or_else(|error| error.to_json());
    let text = if settings.quirks { quirks::to_text(body) } else { body.to_string() };
    Response::typed(200, "application/json", text.into_bytes())
}

/// Serves an uploaded file, which needs no token.
fn serve_file(file: &KeptFile, verb: &str) -> Response {
    if verb != "GET" {
        return method_not_allowed(&["GET"]);
    }
    Response::typed(200, &file.media_type, file.bytes.clone())
}

fn method_not_allowed(verbs: &[&str]) -> Response {
    let mut response = Response::message(405, "HTTP method not allowed");
    response.set_header("Allow".to_owned(), verbs.join(", "));
    response
}

/// Returns the numbers in a path by their names in the pattern; `None` if it does not match.
fn numbers_in(path: &str, pattern: &'static str) -> Option<Vec<(&'static str, Value)>> {
    let mut pieces = path.split('/');
    let mut numbers = Vec::new();
    for expected in pattern.split('/') {
        let piece = pieces.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit()) => {
                numbers.push((name, piece.into()));
            }
            None if piece == expected => {}
            _ => return None,
        }
    }
    pieces.next().is_none().then_some(numbers)
}

fn check_token(parameters: Parameters<'_>, token: &str) -> Result<(), ApiError> {
    match parameters.value("api_token") {
        Some(Value::String(given)) if given == token => Ok(()),
        Some(_) => Err(ErrorCode::BadToken.error("the api_token is wrong")),
        None => Err(ErrorCode::BadToken.error("the api_token is missing")),
    }
}
