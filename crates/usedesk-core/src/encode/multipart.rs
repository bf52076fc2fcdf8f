//! `multipart/form-data`, for requests with files.

use std::mem;

use bytes::{Buf, Bytes};
use memchr::memmem;

use crate::encode::{Attachment, Body};
use crate::secret::ZeroizingBuffer;
use crate::text::quote;

use super::php_pairs::PairSyntax;

/// The boundary, unless a body contains it: then digits are appended.
pub(super) const BOUNDARY: &str = "usedesk-sdk-boundary";

/// Returns a boundary that occurs in none of `texts`, apart from the `separators`
/// occurrences of [`BOUNDARY`] between the parts.
///
/// Each appended digit is the one that follows the boundary least often, so each leaves at most a
/// sixteenth of the occurrences: a few searches are enough for any texts.
pub(super) fn absent_boundary<'a>(
    mut separators: usize,
    texts: &(impl Iterator<Item = &'a [u8]> + Clone),
) -> String {
    let mut boundary = BOUNDARY.to_owned();
    loop {
        let (mut found, mut followers) = (0, [0_usize; 16]);
        for text in texts.clone() {
            for at in memmem::find_iter(text, &boundary) {
                found += 1;
                let follower = text.get(at + boundary.len()).map(|&byte| char::from(byte));
                if let Some(digit) = follower.and_then(|follower| follower.to_digit(16)) {
                    followers[digit as usize] += 1;
                }
            }
        }
        if found == separators {
            return boundary;
        }
        separators = 0;
        let digits = (0..).zip(followers).min_by_key(|&(_, times)| times);
        boundary.extend(digits.and_then(|(digit, _)| char::from_digit(digit, 16)));
    }
}

/// A part for each value, preceded by this boundary.
pub(super) struct Multipart<'a>(pub(super) &'a str);

impl Multipart<'_> {
    /// Returns the body of these parts and the files, each in a part of this name. The content of a
    /// file is a segment of its own and is not copied.
    pub(super) fn with_files(
        &self,
        mut parts: ZeroizingBuffer,
        name: &str,
        files: &[Attachment],
    ) -> Body {
        let mut segments = Vec::with_capacity(files.len() * 2 + 1);
        for file in files {
            self.separate(&mut parts);
            let head = format!(
                "\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                escape_quotes(file.name()),
                file.media_type(),
            );
            parts.extend_from_slice(head.as_bytes());
            segments.push(Bytes::from(mem::take(&mut parts)));
            segments.push(file.content().clone());
        }
        self.separate(&mut parts);
        parts.extend_from_slice(b"--\r\n");
        segments.push(Bytes::from(parts));
        // The line break before a boundary ends the previous part, and the first has none.
        segments[0].advance(b"\r\n".len());
        segments.into_iter().collect()
    }

    fn separate(&self, out: &mut ZeroizingBuffer) {
        out.extend_from_slice(b"\r\n--");
        out.extend_from_slice(self.0.as_bytes());
    }
}

/// Limit for a name, in bytes after escaping: PHP drops a part whose name fills its buffer of 5 KB.
const MAX_NAME: usize = 4_000;

impl PairSyntax for Multipart<'_> {
    fn push_name(&self, out: &mut ZeroizingBuffer, name: &str) -> Result<(), String> {
        // PHP reads a backslash at the end of a name as escaping the closing quote.
        if name.contains(|c: char| c.is_control() || c == '\\') {
            return Err(format!("the name {}, which cannot be sent with a file", quote(name)));
        }
        let name = escape_quotes(name);
        if name.len() > MAX_NAME {
            return Err("a name that is too long to be sent with a file".to_owned());
        }
        self.separate(out);
        for part in ["\r\nContent-Disposition: form-data; name=\"", &name, "\"\r\n\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        Ok(())
    }

    fn push_value(&self, out: &mut ZeroizingBuffer, value: &str) {
        out.extend_from_slice(value.as_bytes());
    }
}

/// Escapes quotes in a name. PHP unescapes `\"`, but not the `%22` that browsers send.
fn escape_quotes(name: &str) -> String {
    name.replace('"', "\\\"")
}
