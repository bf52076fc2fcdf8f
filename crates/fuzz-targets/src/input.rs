//! How targets split their input.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

/// The first line without its end, and what follows it.
pub(crate) fn line(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[]),
    }
}

/// The first line as text, and what follows it.
pub(crate) fn text_line(input: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let (line, rest) = line(input);
    (String::from_utf8_lossy(line), rest)
}

/// A secret that is not in the input, since nothing holds its own hash.
pub(crate) fn secret_outside(input: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(input);
    format!("SECRET{:016x}", hasher.finish())
}
