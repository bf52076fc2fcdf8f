//! An error as one line: what happened, and what to do about it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::{Cause, Error};
use crate::answer::Refusal;
use crate::operation::Safety;
use crate::text::one_line;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.inner.label.map_or("the handle", |label| label.name);
        let (http, advice) = (Http(self.status()), self.advice());
        match &self.inner.cause {
            Cause::Invalid(violations) => {
                let not_done = self.inner.label.map_or("not built", |_| "not sent");
                write!(f, "{name} was {not_done}: {violations}")
            }
            Cause::Transport { sent, text, .. } => {
                let happened = if *sent { "got no answer" } else { "was not sent" };
                write!(f, "{name} {happened}: {}{advice}", one_line(text))
            }
            Cause::Refused(refusal) | Cause::NotFound(refusal) => {
                write!(f, "{name} was refused{}{http}", Reason(refusal))?;
                match (self.status(), self.retry_after()) {
                    (Some(status), _) if status.is_redirection() => {
                        f.write_str("; redirects are not followed, so look at the base URL")
                    }
                    // To wait is not enough.
                    (_, wait) if self.may_have_acted() => {
                        let is_unsure = self.is_temporary() || self.inner.acted_before;
                        f.write_str(if is_unsure || wait.is_some() { advice } else { "" })
                    }
                    (_, Some(wait)) if !wait.is_zero() => Wait(wait).fmt(f),
                    _ => Ok(()),
                }
            }
            Cause::RateLimited(refusal) => {
                write!(f, "{name} was refused for too many requests{}{http}", Reason(refusal))?;
                match self.retry_after() {
                    // To wait is not enough.
                    _ if self.may_have_acted() => f.write_str(advice),
                    Some(wait) if !wait.is_zero() => Wait(wait).fmt(f),
                    _ => f.write_str("; wait a minute or more before sending it again"),
                }
            }
            Cause::Stopped(wait) => {
                write!(f, "{name} was not sent: too many requests of others (HTTP 429) stopped ")?;
                write!(f, "the rate limit, and its slot is in {wait:?}, after its deadline{advice}")
            }
            Cause::WithoutId(reason) => {
                let reason = one_line(reason);
                let success = "the server reported success, but no id";
                write!(f, "{name} got an unreadable answer{http}: {success}: {reason}{advice}")
            }
            Cause::Unreadable(reason) => {
                write!(f, "{name} got an unreadable answer{http}: {}{advice}", one_line(reason))
            }
            Cause::File { path, reason } => {
                let (path, reason) = (one_line(path), one_line(reason));
                write!(f, "the file {path} cannot be read: {reason}")
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
                "; it would fail again in the same way"
            }
            Some(Safety::Read) if self.may_be_processed() => {
                "; it changes nothing, so sending it again is safe"
            }
            _ if !self.may_have_acted() => "; sending it again is safe",
            _ => "; it may have taken effect, so look before sending it again",
        }
    }

    fn is_permanent(&self) -> bool {
        matches!(self.inner.cause, Cause::Transport { is_permanent: true, .. })
    }
}

/// What the server says, as the end of a sentence.
struct Reason<'a>(&'a Refusal);

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
