//! The journal as JSON, for control over HTTP and for the log of the program.

use serde_json::{Map, Value, json};

use super::{JournalEntry, Outcome};
use crate::methods::Route;

impl JournalEntry {
    /// Returns the entry as `/sandbox/requests` shows it. The token is redacted, since it may be the
    /// one of a live desk by mistake.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let request = &self.request;
        let files = request.files.iter().map(|file| {
            json!({
                "name": file.name,
                "file_name": file.file_name,
                "media_type": file.media_type,
                "size": file.bytes.len(),
            })
        });
        json!({
            "id": self.id,
            "time": self.time,
            "method": request.method,
            "path": request.path,
            "operation": self.operation,
            "headers": request.redacted_headers(),
            "parameters": request.redacted_parameters(),
            "files": files.collect::<Value>(),
            "ignored": self.ignored,
            "did_you_mean": self.suggestions(),
            "outcome": self.outcome.word(),
            "error": self.error(),
            "script": self.script,
            "effects": self.effects,
            "response": {
                "status": self.response.status,
                "body": String::from_utf8_lossy(&self.response.body),
                "length": self.response.length,
            },
            "duration_ms": self.duration.as_secs_f64() * 1_000.0,
        })
    }

    /// Returns the part of [`JournalEntry::to_json`] that a list needs.
    pub(crate) fn to_summary(&self) -> Value {
        let effects = self.effects.iter().map(|effect| {
            json!({ "item": effect.item, "id": effect.id, "action": effect.action.word() })
        });
        json!({
            "id": self.id,
            "time": self.time,
            "method": self.request.method,
            "path": self.request.path,
            "operation": self.operation,
            "ignored": self.ignored,
            "outcome": self.outcome.word(),
            "error": self.error(),
            "script": self.script,
            "effects": effects.collect::<Value>(),
            "response": { "status": self.response.status, "length": self.response.length },
            "duration_ms": self.duration.as_secs_f64() * 1_000.0,
        })
    }

    fn error(&self) -> Value {
        match &self.outcome {
            Outcome::Rejected(why) => json!({ "code": why.code, "message": why.message }),
            Outcome::Ok | Outcome::Scripted => Value::Null,
        }
    }

    /// Returns the known parameters that ignored ones resemble, by the ignored name.
    fn suggestions(&self) -> Value {
        let route = Route::of(&self.request.path);
        let similar = self.ignored.iter().filter_map(|name| Some((name, route.suggestion(name)?)));
        similar.map(|(name, known)| (name.clone(), known.into())).collect::<Map<_, _>>().into()
    }
}
