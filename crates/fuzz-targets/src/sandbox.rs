//! Requests to the sandbox.

use serde_json::Value;
use usedesk_sandbox::respond_once;

/// Checks that no request makes the sandbox panic and that every response is JSON, in both spellings.
///
/// The input is a request as sent over a connection, except that the length in its head is ignored.
pub fn sandbox(input: &[u8]) {
    for quirks in [false, true] {
        let Some((received, response)) = respond_once(input, quirks) else { return };
        drop(format!("{received:?}"));
        let text = String::from_utf8_lossy(&response);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.split(' ').nth(1).unwrap_or_default();
        assert!(["200", "400", "404", "405"].contains(&status), "{head}");
        let read: Result<Value, _> = serde_json::from_str(body);
        assert!(read.is_ok(), "{read:?} {body}");
    }
}
