//! Requests to the sandbox.

use serde_json::Value;
use usedesk_sandbox::answer_once;

/// No request makes the sandbox panic, and each is answered in JSON, with spellings of any kind.
///
/// The input is the request as it is in a connection, but for what its head says of its length.
pub fn sandbox(input: &[u8]) {
    for quirks in [false, true] {
        let Some((received, answer)) = answer_once(input, quirks) else { return };
        drop(format!("{received:?}"));
        let text = String::from_utf8_lossy(&answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.split(' ').nth(1).unwrap_or_default();
        assert!(["200", "400", "404", "405"].contains(&status), "{head}");
        let read: Result<Value, _> = serde_json::from_str(body);
        assert!(read.is_ok(), "{read:?} {body}");
    }
}
