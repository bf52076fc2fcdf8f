//! Cross-origin requests of browsers, which pages of this machine may make to all paths.

use crate::http::{Request, Response};
use crate::reply::Reply;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
/// Headers of responses that a page may read.
const EXPOSED: &str = "Retry-After, Sandbox-Ignored-Parameters";

/// Returns the response to a preflight request, which is neither journaled nor scripted.
pub(crate) fn preflight(request: &Request) -> Option<Reply> {
    let is_preflight =
        request.method == "OPTIONS" && request.header("access-control-request-method").is_some();
    is_preflight.then(|| {
        let mut response = Response::new(204);
        response.set_header("Access-Control-Allow-Methods".to_owned(), METHODS.to_owned());
        if let Some(headers) = request.header("access-control-request-headers") {
            response.set_header("Access-Control-Allow-Headers".to_owned(), headers.to_owned());
        }
        response.into()
    })
}

/// Lets a page with this origin read a response.
pub(crate) fn allow(reply: &mut Reply, origin: String) {
    match reply {
        Reply::Response { response, .. } => {
            response.set_header("Access-Control-Allow-Origin".to_owned(), origin);
            response.set_header("Access-Control-Expose-Headers".to_owned(), EXPOSED.to_owned());
            response.set_header("Vary".to_owned(), "Origin".to_owned());
        }
        Reply::Events { origin: allowed, .. } => *allowed = Some(origin),
        Reply::Raw(_) | Reply::Disconnect | Reply::Silence => {}
    }
}
