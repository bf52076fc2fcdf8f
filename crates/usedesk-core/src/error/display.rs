//! The text of an error: one line that says what happened and what to do about it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::decode::ApiError;
use crate::operation::Safety;
use crate::text::one_line;

use super::{Cause, Error};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.inner.label.map_or("the request", |label| label.name);
        let (http, advice) = (Http(self.status()), self.advice());
        match &self.inner.cause {
            Cause::Invalid(violations) => match self.inner.label {
                Some(label) => {
                    write!(f, "{} is invalid and was not sent: {violations}", label.name)
                }
                None => write!(f, "invalid configuration: {violations}"),
            },
            Cause::Transport { sent, text, .. } => {
                let happened = if *sent { "got no response" } else { "was not sent" };
                write!(f, "{name} {happened}: {}{advice}", one_line(text))
            }
            Cause::Rejected(error) | Cause::NotFound(error) => {
                write!(f, "the server rejected {name}{}{http}", Reason(error))?;
                match (self.status(), self.retry_after()) {
                    (Some(status), _) if status.is_redirection() => {
                        f.write_str("; redirects are not followed, so check the base URL")
                    }
                    // Waiting is not enough.
                    (_, wait) if self.may_have_acted() => {
                        let is_unsure = self.is_temporary() || self.inner.acted_before;
                        f.write_str(if is_unsure || wait.is_some() { advice } else { "" })
                    }
                    (_, Some(wait)) if !wait.is_zero() => Wait(wait).fmt(f),
                    _ if self.is_temporary() => f.write_str(advice),
                    _ => Ok(()),
                }
            }
            Cause::RateLimited(error) => {
                write!(f, "too many requests: the server rejected {name}{}{http}", Reason(error))?;
                match self.retry_after() {
                    // Waiting is not enough.
                    _ if self.may_have_acted() => f.write_str(advice),
                    Some(wait) if !wait.is_zero() => Wait(wait).fmt(f),
                    _ => f.write_str("; wait at least a minute before sending it again"),
                }
            }
            Cause::Stopped(wait) => {
                write!(f, "{name} was not sent: the server rejected other calls for too many ")?;
                write!(
                    f,
                    "requests (HTTP 429), so the next slot of the rate limit is in {wait:?}, "
                )?;
                write!(f, "which is after the deadline{advice}")
            }
            Cause::WithoutId(reason) => {
                let reason = one_line(reason);
                write!(
                    f,
                    "the server reported success for {name}, but no id{http}: {reason}{advice}"
                )
            }
            Cause::Decode(reason) => {
                let reason = one_line(reason);
                write!(f, "cannot decode the response to {name}{http}: {reason}{advice}")
            }
            Cause::File { path, reason } => {
                write!(f, "cannot read the file {}: {}", one_line(path), one_line(reason))
            }
        }
    }
}

impl Error {
    /// What to do next, as the end of a sentence.
    fn advice(&self) -> &'static str {
        match self.inner.label.map(|label| label.safety) {
            // Safe, but of no use.
            _ if self.is_permanent() && !self.may_have_acted() => {
                "; another attempt would fail in the same way"
            }
            Some(Safety::Read) if self.may_be_processed() => {
                "; it changes nothing, so sending it again is safe"
            }
            _ if !self.may_have_acted() => "; sending it again is safe",
            _ => "; it may have taken effect, so check before sending it again",
        }
    }

    fn is_permanent(&self) -> bool {
        matches!(self.inner.cause, Cause::Transport { is_permanent: true, .. })
    }
}

/// The code and the message of an API error, as part of a sentence.
struct Reason<'a>(&'a ApiError);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.0.code {
            write!(f, " with code {}", one_line(code.as_str()))?;
        }
        match &self.0.message {
            Some(message) => write!(f, ": {}", one_line(message)),
            None => Ok(()),
        }
    }
}

struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0);
        write!(f, "; wait {seconds} s before sending it again")
    }
}

struct Http(Option<StatusCode>);

impl fmt::Display for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |status| write!(f, " (HTTP {})", status.as_u16()))
    }
}
