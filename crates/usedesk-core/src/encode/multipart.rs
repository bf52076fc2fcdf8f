//! `multipart/form-data`, for requests with files.

use std::mem;

use bytes::{Buf, Bytes};
use memchr::memmem;

use crate::encode::{Attachment, Body};
use crate::secret::ZeroizingBuffer;

use super::php_pairs::Spelling;

/// What a boundary begins with; nearly always it is all of it.
pub(super) const BOUNDARY: &str = "usedesk-sdk-boundary";

/// A boundary that is in none of `texts`, but for `own` places where [`BOUNDARY`] is meant.
///
/// Each digit is the one that follows least often, so with each there are at most a sixteenth of
/// the places left where it could be found: a few searches do, whatever the texts are.
pub(super) fn absent_boundary<'a>(
    mut own: usize,
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
        if found == own {
            return boundary;
        }
        own = 0;
        let digits = (0..).zip(followers).min_by_key(|&(_, times)| times);
        boundary.extend(digits.and_then(|(digit, _)| char::from_digit(digit, 16)));
    }
}

/// A part for each value, after this boundary.
pub(super) struct Multipart<'a>(pub(super) &'a str);

impl Multipart<'_> {
    /// The body of the parts written so far and the files under this spelled name. The content of
    /// each is a segment of its own and not copied.
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
                quoted(file.name()),
                file.media_type(),
            );
            parts.extend_from_slice(head.as_bytes());
            segments.push(Bytes::from(mem::take(&mut parts)));
            segments.push(file.content().clone());
        }
        self.separate(&mut parts);
        parts.extend_from_slice(b"--\r\n");
        segments.push(Bytes::from(parts));
        // The line break before the first boundary would end a part, but there is none.
        segments[0].advance(b"\r\n".len());
        segments.into_iter().collect()
    }

    fn separate(&self, out: &mut ZeroizingBuffer) {
        out.extend_from_slice(b"\r\n--");
        out.extend_from_slice(self.0.as_bytes());
    }
}

impl Spelling for Multipart<'_> {
    const BRACKETS: [&'static str; 2] = ["[", "]"];

    /// PHP loses one that fills its buffer of 5 KB.
    const MAX_NAME: usize = 4_000;

    fn begin(&self, out: &mut ZeroizingBuffer) {
        self.separate(out);
        out.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
    }

    /// PHP takes a backslash at the end of a name for one that escapes the closing quote.
    fn push_name(&self, out: &mut ZeroizingBuffer, piece: &str) -> Option<()> {
        let can_be_sent = !piece.contains(|c: char| c.is_control() || c == '\\');
        out.extend_from_slice(quoted(piece).as_bytes());
        can_be_sent.then_some(())
    }

    fn end_name(&self, out: &mut ZeroizingBuffer) {
        out.extend_from_slice(END_OF_NAME);
    }

    fn push(&self, out: &mut ZeroizingBuffer, piece: &[u8]) {
        out.extend_from_slice(piece);
    }

    fn readable_name(parameter: &[u8]) -> String {
        let end = memmem::find(parameter, END_OF_NAME).unwrap_or(parameter.len());
        String::from_utf8_lossy(&parameter[..end]).replace("\\\"", "\"")
    }
}

const END_OF_NAME: &[u8] = b"\"\r\n\r\n";

/// A name between quotes; PHP understands the escaped quote, and browsers' `%22` it does not.
fn quoted(name: &str) -> String {
    name.replace('"', "\\\"")
}
