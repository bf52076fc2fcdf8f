//! The methods of the API: one file each, and one line in [`METHODS`].

mod client_details;
mod create_client;
mod create_comment;
mod create_ticket;
mod fields;
mod get_client;
mod get_ticket;
mod list_clients;
mod list_fields;
mod list_tags;
mod list_tickets;
mod listing;
mod message;
mod parameters;
mod quirks;
mod ticket_parameters;
mod update_client;
mod update_ticket;

use serde_json::Value;

use self::parameters::Parameters;
use crate::desk::{Desk, KeptFile};
use crate::http::Response;
use crate::received::Received;
use crate::refusal::{ErrorCode, Refusal};
use crate::server::Settings;

struct Method {
    path: &'static str,
    verbs: &'static [&'static str],
    act: fn(&mut Desk, Parameters<'_>) -> Result<Value, Refusal>,
}

const POST: &[&str] = &["POST"];
/// Not documented for these, but clients were seen to read with GET.
const GET_OR_POST: &[&str] = &["GET", "POST"];

const METHODS: &[Method] = &[
    Method { path: "/client", verbs: GET_OR_POST, act: get_client::act },
    Method { path: "/clients", verbs: GET_OR_POST, act: list_clients::act },
    Method { path: "/create/client", verbs: POST, act: create_client::act },
    Method { path: "/create/comment", verbs: POST, act: create_comment::act },
    Method { path: "/create/ticket", verbs: POST, act: create_ticket::act },
    Method { path: "/tags", verbs: GET_OR_POST, act: list_tags::act },
    Method { path: "/ticket", verbs: GET_OR_POST, act: get_ticket::act },
    Method { path: "/ticket/fields", verbs: GET_OR_POST, act: list_fields::act },
    Method { path: "/tickets", verbs: GET_OR_POST, act: list_tickets::act },
    Method { path: "/update/client", verbs: POST, act: update_client::act },
    Method { path: "/update/ticket", verbs: POST, act: update_ticket::act },
];

/// Carries a request out. `problem` says why its body could not be read, if it could not.
pub(crate) fn answer(
    desk: &mut Desk,
    settings: &Settings,
    received: &Received,
    problem: Option<&str>,
) -> Response {
    // The international cloud and the Russian one differ in this prefix.
    let path = received.path.strip_prefix("/uapi").unwrap_or(&received.path);
    if let Some(file) = desk.files.at(path) {
        return serve_file(file, &received.method);
    }
    let Some(method) = METHODS.iter().find(|method| method.path == path) else {
        return Response::message(404, "there is no such method");
    };
    if !method.verbs.contains(&received.method.as_str()) {
        return refuse_verb(method.verbs);
    }
    if let Some(problem) = problem {
        return Response::message(400, problem);
    }
    let parameters = Parameters::new(received);
    let outcome =
        check_token(parameters, &settings.token).and_then(|()| (method.act)(desk, parameters));
    // Refusals come with 200, too.
    let answer = outcome.unwrap_or_else(|refusal| refusal.to_json());
    let text = if settings.quirks { quirks::to_text(answer) } else { answer.to_string() };
    Response::typed(200, "application/json", text.into_bytes())
}

/// An uploaded file: whoever knows its URL may have it.
fn serve_file(file: &KeptFile, verb: &str) -> Response {
    if verb != "GET" {
        return refuse_verb(&["GET"]);
    }
    Response::typed(200, &file.media_type, file.bytes.clone())
}

fn refuse_verb(verbs: &[&str]) -> Response {
    let mut response = Response::message(405, "this method does not answer to this verb");
    response.set_header("Allow".to_owned(), verbs.join(", "));
    response
}

fn check_token(parameters: Parameters<'_>, token: &str) -> Result<(), Refusal> {
    match parameters.value("api_token") {
        Some(Value::String(given)) if given == token => Ok(()),
        Some(_) => Err(ErrorCode::BadToken.because("the api_token is wrong")),
        None => Err(ErrorCode::BadToken.because("the api_token is missing")),
    }
}
