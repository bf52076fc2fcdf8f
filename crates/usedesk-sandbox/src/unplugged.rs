//! The server without its sockets.

use std::time::Duration;

use crate::desk::Desk;
use crate::http::Request;
use crate::methods;
use crate::received::Received;
use crate::sandbox::DEFAULT_TOKEN;
use crate::settings::Settings;

/// Reads one request, head and body, and answers it as a sandbox that has just started would: what
/// the sandbox saw of it, and the answer with its head. `None` where the head is not a whole one.
///
/// For the fuzzers: a socket would make each of their millions of requests a hundred times slower.
/// The body is all that follows the head, however its length is declared.
#[doc(hidden)]
#[must_use]
pub fn answer_once(request: &[u8], quirks: bool) -> Option<(Received, Vec<u8>)> {
    let (mut head, length) = Request::parse_head(request).ok()??;
    head.body = request[length..].to_vec();
    let settings = Settings {
        token: DEFAULT_TOKEN.to_owned(),
        record: false,
        quirks,
        idle_timeout: Duration::ZERO,
    };
    let (received, problem) = Received::read(head);
    let mut desk = Desk::demo("http://127.0.0.1");
    let response = methods::answer(&mut desk, &settings, &received, problem.as_ref());
    Some((received, response.into_bytes(false, None, true)))
}
