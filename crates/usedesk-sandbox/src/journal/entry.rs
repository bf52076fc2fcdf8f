//! One request in the journal.

use std::time::Duration;

use serde_json::Value;

use crate::api_error::Rejection;
use crate::desk::Effect;
use crate::received::Received;

/// How much of the body of a response is kept, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// A request, what the sandbox did, and the response.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JournalEntry {
    /// The position in the order of all requests, starting at 1.
    pub id: u64,
    /// When the request was complete: `2026-11-02T09:15:00.125Z`.
    pub time: String,
    /// The request, as sent and as PHP parses it.
    pub request: Received,
    /// The name of the operation, such as `update_ticket`; `None` for a path that no method has.
    pub operation: Option<&'static str>,
    /// The names of the parameters and files that the method does not read.
    pub ignored: Vec<String>,
    /// What became of the request.
    pub outcome: Outcome,
    /// The id of the scripted response, if there was one.
    pub script: Option<u64>,
    /// What the request changed in the desk.
    pub effects: Vec<Effect>,
    /// The response.
    pub response: SentResponse,
    /// How long the sandbox worked on the request, without a scripted delay.
    pub duration: Duration,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The desk accepted the request.
    Ok,
    /// The desk rejected the request.
    Rejected(Rejection),
    /// The response was scripted, whether or not the request took effect.
    Scripted,
}

impl Outcome {
    /// Returns the name of the outcome: `ok`, `rejected` or `scripted`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rejected(_) => "rejected",
            Self::Scripted => "scripted",
        }
    }
}

/// What the sandbox sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentResponse {
    /// The HTTP status; `None` if the response is not HTTP or there is none.
    pub status: Option<u16>,
    /// The first 64 KB of the body, or of the bytes that were sent instead of a response.
    pub body: Vec<u8>,
    /// The length of the whole body, in bytes.
    pub length: usize,
}

impl SentResponse {
    pub(crate) fn new(status: Option<u16>, body: &[u8]) -> Self {
        let kept = body[..body.len().min(BODY_LIMIT)].to_vec();
        Self { status, body: kept, length: body.len() }
    }
}

impl JournalEntry {
    /// Returns the approximate size in memory, in bytes.
    pub(super) fn size(&self) -> usize {
        /// What an entry takes without its texts.
        const EMPTY: usize = 1024;
        let request = &self.request;
        let headers: usize =
            request.headers.iter().map(|(name, value)| 64 + name.len() + value.len()).sum();
        let files: usize = request.files.iter().map(|file| 128 + file.bytes.len()).sum();
        let parameters: usize =
            request.parameters.iter().map(|(name, value)| 96 + name.len() + size_of(value)).sum();
        let effects: usize = self
            .effects
            .iter()
            .flat_map(|effect| &effect.data)
            .map(|change| 96 + size_of(&change.value) + size_of(&change.old_value))
            .sum();
        let texts = request.body.len() + request.query.len() + self.response.body.len();
        EMPTY + headers + files + parameters + effects + texts
    }
}

/// Returns the approximate size of a value in memory, in bytes. Values from JSON have at most 128
/// levels, those from a form 64.
fn size_of(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size_of).sum(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| 96 + name.len() + size_of(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    32 + inside
}
