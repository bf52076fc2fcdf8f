//! Limits the memory that a response may take once it is decoded.
//!
//! `[{},{},…]` of 32 MB, or of 31 KB in gzip, would be rows of 1.7 GB. So lists count the
//! memory of their items, and fail at a multiple of the size of the body.

use std::cell::Cell;

use serde::de;

use crate::limits::MIN_DECODED_BYTES;

/// Upper bound of the memory that the lists of a response may take, as a multiple of the size of
/// its body. Real rows take little more than their text.
const TIMES_BODY: u64 = 2;

/// How many errors with a position are tolerated as bad rows before the whole body counts as
/// broken. To find a position, `serde_json` scans the body from its beginning, so many of them
/// would take quadratic time.
const MAX_POSITIONED: u32 = 100;

thread_local! {
    /// What is left for the response being decoded. There is no limit where users decode our types
    /// from JSON of their own.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
    static FAILED: Cell<bool> = const { Cell::new(false) };
    /// The number of errors with a position in the body.
    static POSITIONED: Cell<u32> = const { Cell::new(0) };
}

/// Notes that a row or an object could not be decoded, for this reason. Returns whether to read the
/// rest of the response.
pub(super) fn note_failure(reason: &str) -> bool {
    FAILED.set(true);
    if reason.contains(" at line ") {
        POSITIONED.set(POSITIONED.get().saturating_add(1));
    }
    LEFT.get() == u64::MAX || POSITIONED.get() <= MAX_POSITIONED
}

/// Returns whether a row or an object could not be decoded since the last call.
pub(crate) fn take_failure() -> bool {
    FAILED.replace(false)
}

/// Limits what this thread decodes, until it is dropped.
pub(crate) struct Budget {
    before: (u64, bool, u32),
}

impl Budget {
    /// Starts the budget of a body of this size, of which `copied` bytes were copied. All in bytes.
    pub(crate) fn of(body: usize, copied: usize) -> Self {
        let limit = (body as u64).saturating_mul(TIMES_BODY).max(MIN_DECODED_BYTES);
        // Strings may take as much as the copy again, so a part of the budget is left to them.
        let left = limit.saturating_sub((copied - copied / 8) as u64);
        Self { before: (LEFT.replace(left), EXCEEDED.replace(false), POSITIONED.replace(0)) }
    }

    /// Whether the budget was exceeded. The rest of the response should not be read then.
    pub(crate) fn is_exceeded() -> bool {
        EXCEEDED.get()
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        LEFT.set(self.before.0);
        EXCEEDED.set(self.before.1);
        POSITIONED.set(self.before.2);
    }
}

/// Decodes a temporary value, and refunds what it took.
pub(super) fn refunded<T, E>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = LEFT.get();
    let read = read();
    LEFT.set(before);
    read
}

/// Takes this many bytes of the budget.
pub(super) fn take<E: de::Error>(bytes: usize) -> Result<(), E> {
    if let Some(left) = LEFT.get().checked_sub(bytes as u64) {
        LEFT.set(left);
        return Ok(());
    }
    EXCEEDED.set(true);
    Err(E::custom(
        "its lists would take more memory than twice the body and MIN_DECODED_BYTES (1 MiB)",
    ))
}

/// Appends an item, if the budget has room for it.
pub(super) fn push<T, E: de::Error>(list: &mut Vec<T>, item: T) -> Result<(), E> {
    /// Up to this length a full list doubles its capacity.
    const SMALL: usize = 4096;

    take(size_of::<T>())?;
    if list.len() == list.capacity() && list.len() >= SMALL {
        // A list that moves takes its old and its new memory together.
        list.reserve_exact(list.len() / 4);
    }
    list.push(item);
    Ok(())
}
