//! HTTP/1.1 over a socket, with a bound on everything that is read.

mod connection;
mod post;
mod request;
mod response;

pub(crate) use self::connection::Connection;
pub use self::post::Reply;
pub(crate) use self::post::post;
pub(crate) use self::request::Request;
pub(crate) use self::response::Response;

/// Why there is no request.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The other side closed, or stayed silent between requests.
    Gone,
    /// The request is refused with this status and message, and the connection closed.
    Bad(u16, &'static str),
}
