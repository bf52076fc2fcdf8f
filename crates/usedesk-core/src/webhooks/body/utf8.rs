//! Texts of a body.

use crate::webhooks::WebhookError;

pub(super) fn text(bytes: &[u8]) -> Result<&str, WebhookError> {
    str::from_utf8(bytes).map_err(|_| WebhookError::NotUtf8)
}
