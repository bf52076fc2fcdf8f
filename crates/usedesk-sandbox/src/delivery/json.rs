//! Deliveries as JSON, for control over HTTP and for the log of the program.

use serde_json::{Value, json};

use super::Delivery;

impl Delivery {
    /// Returns the delivery as `/sandbox/webhooks` shows it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "time": self.time,
            "event": self.event,
            "url": self.url,
            "content_type": self.content_type,
            "body": String::from_utf8_lossy(&self.body),
            "status": self.status,
            "response": String::from_utf8_lossy(&self.response),
            "error": self.error,
            "duration_ms": self.duration.as_secs_f64() * 1_000.0,
        })
    }
}
