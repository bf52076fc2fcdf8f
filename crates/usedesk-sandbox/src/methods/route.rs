//! Finds the method of a request and runs it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parameters::Parameters;
use super::{METHODS, Method, known_parameters};
use crate::api_error::{ApiError, ErrorCode, Rejection};
use crate::desk::{Desk, KeptFile};
use crate::http::Response;
use crate::links;
use crate::php::BodyError;
use crate::quirks::{Quirk, Quirks};
use crate::received::Received;
use crate::settings::Settings;

/// How many ignored parameters are told.
const IGNORED_COUNT: usize = 100;
/// How much of the name of each is told, in characters.
const IGNORED_LENGTH: usize = 100;

/// Where a request goes.
pub(crate) struct Route<'a> {
    /// Without the prefix `/uapi` and a slash at the end.
    path: &'a str,
    method: Option<&'static Method>,
    /// The numbers in the path.
    numbers: Vec<(&'static str, Value)>,
}

/// The desk's response to a request, and why it rejected the request if it did.
pub(crate) struct Handled {
    pub(crate) response: Response,
    pub(crate) rejection: Option<Rejection>,
}

impl<'a> Route<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        let path = normalize(path);
        let matching = |method: &'static Method| Some((method, numbers_in(path, method.path)?));
        let (method, numbers) = METHODS.iter().find_map(matching).unzip();
        Self { path, method, numbers: numbers.unwrap_or_default() }
    }

    pub(crate) fn path(&self) -> &'a str {
        self.path
    }

    /// Returns the name of the operation; `None` for an unknown path.
    pub(crate) fn operation(&self) -> Option<&'static str> {
        self.method.map(|method| method.operation)
    }

    /// Returns an HTTP method that it takes.
    #[cfg(feature = "program")]
    pub(crate) fn verb(&self) -> &'static str {
        self.method.and_then(|method| method.verbs.last()).unwrap_or(&"POST")
    }

    /// Whether the method only reads.
    pub(crate) fn reads(&self) -> bool {
        self.method.is_some_and(Method::reads)
    }

    /// Returns the names of the parameters and files that the method does not read, sorted. Long names
    /// are cut off, and so is a long list.
    pub(crate) fn ignored(&self, received: &Received) -> Vec<String> {
        let Some(method) = self.method else { return Vec::new() };
        let files = received.files.iter().filter_map(|file| file.name.split('[').next());
        let names = received.parameters.keys().map(String::as_str).chain(files);
        let ignored: BTreeSet<_> =
            names.filter(|name| !known_parameters::contains(method.known, name)).collect();
        let shortened = |name: &str| name.chars().take(IGNORED_LENGTH).collect();
        ignored.into_iter().take(IGNORED_COUNT).map(shortened).collect()
    }

    /// Returns the known parameter that a name resembles most, if any.
    #[cfg(feature = "program")]
    pub(crate) fn suggestion(&self, ignored: &str) -> Option<&'static str> {
        self.method.and_then(|method| known_parameters::similar(method.known, ignored))
    }

    /// Handles a request. `body_error` is the error of parsing its body, if any.
    pub(crate) fn respond(
        &self,
        desk: &mut Desk,
        settings: &Settings,
        received: &Received,
        body_error: Option<&BodyError>,
    ) -> Handled {
        let quirks = settings.quirks;
        if let Some(file) = desk.files.at(self.path) {
            return serve_file(file, &received.method, quirks);
        }
        let Some(method) = self.method else {
            return Handled::message(404, "unknown method", quirks);
        };
        if !method.verbs.contains(&received.method.as_str()) {
            return method_not_allowed(method.verbs, quirks);
        }
        if let Some(body_error) = body_error {
            return Handled::message(body_error.status, &body_error.text, quirks);
        }
        let parameters =
            Parameters::new(&received.parameters, &self.numbers, &received.files, method.known);
        let result =
            check_token(parameters, &settings.token).and_then(|()| (method.act)(desk, parameters));
        let rejection = result.as_ref().err().map(ApiError::rejection);
        // An API error has HTTP status 200, too.
        let body = result.unwrap_or_else(|error| error.to_json());
        let body = if settings.follows_host {
            links::follow_host(body, &desk.base_url, received)
        } else {
            body
        };
        let text = quirks.to_text(&quirks.respell(body, method.creates()));
        let response = Response::typed(200, "application/json", text.into_bytes());
        Handled { response, rejection }
    }
}

impl Handled {
    /// Creates an error before the API is reached.
    fn message(status: u16, text: &str, quirks: Quirks) -> Self {
        let rejection = Rejection { code: None, message: text.to_owned() };
        let status = if quirks.has(Quirk::ErrorsIn200) { 200 } else { status };
        let response = if quirks.has(Quirk::HtmlErrors) {
            Response::page(status, text)
        } else {
            Response::message(status, text)
        };
        Self { response, rejection: Some(rejection) }
    }
}

/// Removes the prefix `/uapi`, which differs between the international and the Russian cloud, and a
/// slash at the end, which public clients send.
pub(crate) fn normalize(path: &str) -> &str {
    let path = path.strip_prefix("/uapi").unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path)
}

/// Serves an uploaded file, which needs no token.
fn serve_file(file: &KeptFile, verb: &str, quirks: Quirks) -> Handled {
    if verb != "GET" {
        return method_not_allowed(&["GET"], quirks);
    }
    Handled { response: Response::upload(&file.media_type, file.bytes.to_vec()), rejection: None }
}

fn method_not_allowed(verbs: &[&str], quirks: Quirks) -> Handled {
    let mut answered = Handled::message(405, "HTTP method not allowed", quirks);
    answered.response.set_header("Allow".to_owned(), verbs.join(", "));
    answered
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
