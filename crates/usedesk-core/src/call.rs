//! The engine: a call as a state machine that touches no socket and reads no clock.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::answer::{Answer, AnswerError};
use crate::body::Body;
use crate::error::Error;
use crate::operation::Label;
use crate::token::ApiToken;
use crate::transport::{Fault, Limits, Outcome};

/// The most bytes that the headers of an answer may have together.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The most headers that an answer may have.
pub const MAX_HEADERS: usize = 100;

/// An operation on its way: validated, encoded, and erased down to how its answer is read, so
/// that the request model need not live as long as the call.
///
/// A handle drives it: exchange [`request`](Self::request) within [`limits`](Self::limits), hand
/// the outcome to [`judge`](Self::judge), do what the verdict says.
pub struct Call<T> {
    pub(crate) label: Label,
    pub(crate) request: Request<Body>,
    pub(crate) limits: Limits,
    pub(crate) token: ApiToken,
    pub(crate) decode: fn(&Answer<'_>) -> Result<T, AnswerError>,
}

/// What comes after an outcome. Exhaustive, since the loops that match it live in other crates.
#[derive(Debug)]
pub enum Verdict<T> {
    /// The call is over.
    Done(Result<Response<T>, Error>),
    /// Wait, then exchange again. This version judges no outcome so: its place is kept for
    /// retries.
    Again(Box<Call<T>>, Duration),
}

impl<T> Call<T> {
    /// The request to send; cheap, since the body is shared.
    #[must_use]
    pub fn request(&self) -> Request<Body> {
        self.request.clone()
    }

    /// What the exchange may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Judges how the exchange ended.
    #[must_use]
    pub fn judge(self, outcome: Outcome) -> Verdict<T> {
        Verdict::Done(self.conclude(outcome))
    }

    fn conclude(&self, outcome: Outcome) -> Result<Response<T>, Error> {
        let response = match outcome.and_then(with_bounded_headers) {
            Ok(response) => response,
            Err(mut fault) => match fault.take_partial() {
                None => return Err(Error::transport(self.label, &fault, None, &self.token)),
                Some(partial) => return Err(self.cut_short(&fault, partial)),
            },
        };
        if !response.status().is_success() {
            return Err(Error::refused(self.label, response, &self.token));
        }
        match (self.decode)(&Answer::new(&response)) {
            Ok(output) => Ok(response.map(|_| output)),
            Err(error) => Err(Error::answer(self.label, error, response, &self.token)),
        }
    }

    /// The answer began and broke off: what came of it still tells most.
    fn cut_short(&self, fault: &Fault, partial: Response<Bytes>) -> Error {
        if !partial.status().is_success() {
            return Error::refused(self.label, partial, &self.token);
        }
        let error = match Answer::new(&partial).refusal() {
            Some(refusal) => AnswerError::Refused(refusal),
            None if fault.is_timeout() => {
                return Error::transport(self.label, fault, Some(partial), &self.token);
            }
            None => AnswerError::Unreadable(format!("the answer is cut short: {fault}")),
        };
        Error::answer(self.label, error, partial, &self.token)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("label", &self.label).finish_non_exhaustive()
    }
}

/// The same limits whatever the transport's own are.
fn with_bounded_headers(response: Response<Bytes>) -> Outcome {
    let headers = response.headers();
    // A colon, a space and a line end to each.
    let bytes: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes <= MAX_HEADER_BYTES && headers.len() <= MAX_HEADERS {
        return Ok(response);
    }
    let found = format!("the answer has {} headers of {bytes} bytes", headers.len());
    Err(Fault::unknown(format!("{found}, more than {MAX_HEADERS} or {MAX_HEADER_BYTES}")))
}
