//! HTTP/1.1 over a socket, with a limit on everything that is read.

mod connection;
mod post;
mod request;
mod response;
mod stream;

pub(crate) use self::connection::Connection;
pub use self::post::EventResponse;
pub(crate) use self::post::{check, post};
pub(crate) use self::request::Request;
pub(crate) use self::response::Response;

/// Why no request was read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The peer closed the connection, or it was idle between requests for too long.
    Closed,
    /// The request is rejected with this status and message, and the connection is closed.
    Rejected(u16, &'static str),
}
