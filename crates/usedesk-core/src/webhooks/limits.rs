//! Limits for the body of a request.

use crate::decode::lenient::Budget;

/// Limit for the body of a request, in bytes (a limit of this crate).
///
/// A comment has about 64 KB. Cyrillic takes three times as much when it is escaped in JSON, and a
/// change can hold a text before and after; together that is less than half of this limit.
///
/// Reading a request takes less than ten times as much memory, the body included, even before its
/// secret is checked. A body with too many lists and objects is an error,
/// [`TooMuchMemory`](super::WebhookError::TooMuchMemory); 2,000 objects of three members fit.
pub const MAX_WEBHOOK_BODY: usize = 1024 * 1024;

/// Limit for the memory that the lists and objects of a body take, in bytes, texts excluded.
///
/// It is the same for small bodies: an attacker could send a large one instead.
pub(super) const MAX_DECODED: usize = 2 * MAX_WEBHOOK_BODY;

/// Limits what this thread decodes to [`MAX_DECODED`] until the budget is dropped.
pub(super) fn budget() -> Budget {
    Budget::of(MAX_WEBHOOK_BODY, 0)
}
