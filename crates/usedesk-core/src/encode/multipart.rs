//! `multipart/form-data`, for requests with files.

use std::mem;

use bytes::{Buf, Bytes};
use memchr::memmem;

use crate::encode::{Attachment, Body};
use crate::secret::ZeroizingBuffer;

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

impl PairSyntax for Multipart<'_> {
    const BRACKETS: [&'static str; 2] = ["[", "]"];

    /// PHP drops a part whose name fills its buffer of 5 KB.
    const MAX_NAME: usize = 4_000;

    fn begin_pair(&self, out: &mut ZeroizingBuffer) {
        self.separate(out);
        out.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
    }

    /// PHP reads a backslash at the end of a name as escaping the closing quote.
    fn push_name(&self, out: &mut ZeroizingBuffer, part: &str) -> Option<()> {
        let can_be_sent = !part.contains(|c: char| c.is_control() || c == '\\');
        out.extend_from_slice(escape_quotes(part).as_bytes());
        can_be_sent.then_some(())
    }

    fn end_name(&self, out: &mut ZeroizingBuffer) {
        out.extend_from_slice(END_OF_NAME);
    }

    fn push_value(&self, out: &mut ZeroizingBuffer, part: &[u8]) {
        out.extend_from_slice(part);
    }

    fn readable_name(pair: &[u8]) -> String {
        let end = memmem::find(pair, END_OF_NAME).unwrap_or(pair.len());
        String::from_utf8_lossy(&pair[..end]).replace("\\\"", "\"")
    }
}

const END_OF_NAME: &[u8] = b"\"\r\n\r\n";

/// Escapes quotes in a name. PHP unescapes `\"`, but not the `%22` that browsers send.
fn escape_quotes(name: &str) -> String {
    name.replace('"', "\\\"")
}
