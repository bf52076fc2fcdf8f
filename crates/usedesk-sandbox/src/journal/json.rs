//! The journal as JSON, for control over HTTP and for the log of the program.

use serde_json::{Value, json};

use super::{JournalEntry, Outcome};

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
        let error = match &self.outcome {
            Outcome::Rejected(why) => json!({ "code": why.code, "message": why.message }),
            Outcome::Ok | Outcome::Scripted => Value::Null,
        };
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
            "outcome": self.outcome.word(),
            "error": error,
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
}
