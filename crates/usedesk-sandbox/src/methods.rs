//! The methods of the API: one file each, and one line in [`METHODS`].

mod get_ticket;
mod list_fields;
mod parameters;
mod update_ticket;

use serde_json::Value;

use self::parameters::Parameters;
use crate::desk::Desk;
use crate::http::Response;
use crate::received::Received;
use crate::refusal::{ErrorCode, Refusal};

struct Method {
    path: &'static str,
    verbs: &'static [&'static str],
    act: fn(&mut Desk, Parameters<'_>) -> Result<Value, Refusal>,
}

const POST: &[&str] = &["POST"];
/// Not documented for these, but clients were seen to read with GET.
const GET_OR_POST: &[&str] = &["GET", "POST"];

const METHODS: &[Method] = &[
    Method { path: "/ticket", verbs: GET_OR_POST, act: get_ticket::act },
    Method { path: "/ticket/fields", verbs: GET_OR_POST, act: list_fields::act },
    Method { path: "/update/ticket", verbs: POST, act: update_ticket::act },
];

/// Carries a request out. `problem` says why its body could not be read, if it could not.
pub(crate) fn answer(
    desk: &mut Desk,
    token: &str,
    received: &Received,
    problem: Option<&str>,
) -> Response {
    // The international cloud and the Russian one differ in this prefix.
    let path = received.path.strip_prefix("/uapi").unwrap_or(&received.path);
    let Some(method) = METHODS.iter().find(|method| method.path == path) else {
        return Response::message(404, "there is no such method");
    };
    if !method.verbs.contains(&received.method.as_str()) {
        let mut response = Response::message(405, "this method does not answer to this verb");
        response.set_header("Allow".to_owned(), method.verbs.join(", "));
        return response;
    }
    if let Some(problem) = problem {
        return Response::message(400, problem);
    }
    let parameters = Parameters::new(&received.parameters);
    let outcome = check_token(parameters, token).and_then(|()| (method.act)(desk, parameters));
    // Refusals come with 200, too.
    Response::json(200, &outcome.unwrap_or_else(|refusal| refusal.to_json()))
}

fn check_token(parameters: Parameters<'_>, token: &str) -> Result<(), Refusal> {
    match parameters.value("api_token") {
        Some(Value::String(given)) if given == token => Ok(()),
        Some(_) => Err(ErrorCode::BadToken.because("the api_token is wrong")),
        None => Err(ErrorCode::BadToken.because("the api_token is missing")),
    }
}
