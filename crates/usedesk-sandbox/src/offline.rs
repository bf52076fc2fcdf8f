//! Handles a single request without a socket.

use crate::desk::Desk;
use crate::http::Request;
use crate::methods::Route;
use crate::quirks::Quirks;
use crate::received::Received;
use crate::settings::{DEFAULT_TOKEN, Settings};

/// Handles one request as a newly started sandbox would. Returns the request as the sandbox read
/// it and the response with its head, or `None` if the head of the request is not valid.
///
/// For fuzzing, where a socket would make each request a hundred times slower. The body is
/// everything after the head, whatever length the head declares.
#[doc(hidden)]
#[must_use]
pub fn respond_once(request: &[u8], quirks: impl Into<Quirks>) -> Option<(Received, Vec<u8>)> {
    let (mut head, length) = Request::parse_head(request).ok()??;
    head.body = request[length..].to_vec();
    let settings = Settings::new(DEFAULT_TOKEN.to_owned(), quirks.into());
    let (received, body_error) = Received::read(head);
    let mut desk = Desk::demo("http://127.0.0.1");
    let route = Route::of(&received.path);
    let handled = route.respond(&mut desk, &settings, &received, body_error.as_ref());
    Some((received, handled.response.into_bytes(false, None, true)))
}
