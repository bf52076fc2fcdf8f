//! How much memory a response may take once it is read.
//!
//! `[{},{},…]` of 32 MB, or of 31 KB in gzip, would be rows of 1.7 GB. So lists count what they
//! hold, and stop at a multiple of the body.

use std::cell::Cell;

use serde::de;

use crate::limits::MIN_DECODED_BYTES;

/// The most memory that the lists of a response may take, as a multiple of the size of its body.
/// Real rows take little more than their text does.
const TIMES_BODY: u64 = 2;

thread_local! {
    /// What is left to the response that is being read. Users read our types from JSON of their
    /// own too, and that has no limit.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    static EXCEEDED: Cell<bool> = const { Cell::new(false) };
    static GAVE_UP: Cell<bool> = const { Cell::new(false) };
    /// Errors with a place in the body. To find it `serde_json` goes through the body from its
    /// beginning, so that many of them take a time that grows with its square.
    static PLACED: Cell<u32> = const { Cell::new(0) };
}

/// How many errors with a place in the body are taken for odd rows, before the body is taken for
/// broken.
const MAX_PLACED: u32 = 100;

/// Notes that a row or an object was given up for this reason. False when nothing more is worth
/// reading.
pub(super) fn note_given_up(reason: &str) -> bool {
    GAVE_UP.set(true);
    if reason.contains(" at line ") {
        PLACED.set(PLACED.get().saturating_add(1));
    }
    // Without a limit when users read our types from JSON of their own.
    LEFT.get() == u64::MAX || PLACED.get() <= MAX_PLACED
}

/// Whether a row or an object was given up since this was asked last.
pub(crate) fn gave_up() -> bool {
    GAVE_UP.replace(false)
}

/// As long as it lives, what this thread reads is limited.
pub(crate) struct Budget {
    before: (u64, bool, u32),
}

impl Budget {
    /// The budget of a body of so many bytes, of which a copy was made with so many.
    pub(crate) fn of(body: usize, copied: usize) -> Self {
        let limit = (body as u64).saturating_mul(TIMES_BODY).max(MIN_DECODED_BYTES);
        // Texts may be as long as the copy once more, so a part of the budget is left to them.
        let left = limit.saturating_sub((copied - copied / 8) as u64);
        Self { before: (LEFT.replace(left), EXCEEDED.replace(false), PLACED.replace(0)) }
    }

    /// Whether the budget was too small for something. Nothing more is worth reading then.
    pub(crate) fn is_exceeded() -> bool {
        EXCEEDED.get()
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        LEFT.set(self.before.0);
        EXCEEDED.set(self.before.1);
        PLACED.set(self.before.2);
    }
}

/// Reads what is not kept: what it takes is given back.
pub(super) fn borrowed<T, E>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = LEFT.get();
    let read = read();
    LEFT.set(before);
    read
}

/// Takes so many bytes of the budget.
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

/// Appends an item that the budget has room for.
pub(super) fn push<T, E: de::Error>(list: &mut Vec<T>, item: T) -> Result<(), E> {
    /// Up to here a list doubles when it is full.
    const SMALL: usize = 4096;

    take(size_of::<T>())?;
    if list.len() == list.capacity() && list.len() >= SMALL {
        // While a list moves it takes the old and the new place.
        list.reserve_exact(list.len() / 4);
    }
    list.push(item);
    Ok(())
}
