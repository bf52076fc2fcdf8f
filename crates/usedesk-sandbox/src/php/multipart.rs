//! Parses `multipart/form-data`.

use memchr::memmem;

use super::array::Array;
use super::body::{Body, BodyError, MAX_VARIABLES, ReceivedFile, check_size};

/// Parses a multipart body. Without a boundary in the media type PHP reads no parameters.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Body, BodyError> {
    let Some(boundary) = boundary(content_type) else { return Ok(Body::default()) };
    let delimiter = format!("--{boundary}").into_bytes();
    let mut variables = Array::default();
    let (mut count, mut size) = (0, 0);
    let mut files = Vec::new();
    let mut rest = body;
    while let Some(part) = next_part(&mut rest, &delimiter) {
        let Some(disposition) = part.disposition else { continue };
        size += disposition.len() + part.media_type.unwrap_or_default().len();
        check_size(size)?;
        let Disposition { name, file_name } = Disposition::parse(disposition);
        match (name, file_name) {
            (Some(name), None) => {
                count += 1;
                if count <= MAX_VARIABLES {
                    size += part.content.len();
                    check_size(size)?;
                    let value = String::from_utf8_lossy(part.content).into_owned();
                    variables.register(&name, value);
                }
            }
            (name, Some(file_name)) if files.len() < MAX_VARIABLES => files.push(ReceivedFile {
                name: lossy(&name.unwrap_or_default()),
                file_name: lossy(&file_name),
                media_type: lossy(part.media_type.unwrap_or_default().trim_ascii_end()),
                bytes: part.content.to_vec(),
            }),
            (_, Some(_)) => {}
            // PHP treats the body as garbled and stops here.
            (None, None) => break,
        }
    }
    Ok(Body { parameters: variables.into_map(), files })
}

/// Returns the boundary, which may be quoted; otherwise a comma or a semicolon ends it.
fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary")?;
    let (_, value) = content_type[at..].split_once('=')?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(boundary, _)| boundary),
        None => value.split([',', ';']).next(),
    }
}

struct Part<'a> {
    /// `Content-Disposition`.
    disposition: Option<&'a [u8]>,
    /// `Content-Type`.
    media_type: Option<&'a [u8]>,
    content: &'a [u8],
}

/// Takes the next part off `rest`. A part starts after a line that equals the boundary, but its
/// content ends before any line that starts with it.
fn next_part<'a>(rest: &mut &'a [u8], delimiter: &[u8]) -> Option<Part<'a>> {
    while next_line(rest)? != delimiter {}
    let (mut disposition, mut media_type) = (None, None);
    loop {
        let line = next_line(rest)?;
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii_start());
        // The first header of a name wins.
        if name.eq_ignore_ascii_case(b"Content-Disposition") {
            disposition = disposition.or(Some(value));
        } else if name.eq_ignore_ascii_case(b"Content-Type") {
            media_type = media_type.or(Some(value));
        }
    }
    let marker = [b"\n", delimiter].concat();
    let end = memmem::find(rest, &marker);
    let (content, after) = match end {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (*rest, &[][..]),
    };
    *rest = after;
    // The line break before the boundary belongs to the boundary.
    let content = content.strip_suffix(b"\r").filter(|_| end.is_some()).unwrap_or(content);
    Some(Part { disposition, media_type, content })
}

/// Takes a line off `rest`, without its line break.
fn next_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let line = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

/// `form-data; name="a"; filename="b"`.
#[derive(Default)]
struct Disposition {
    name: Option<Vec<u8>>,
    file_name: Option<Vec<u8>>,
}

impl Disposition {
    fn parse(header: &[u8]) -> Self {
        let mut disposition = Self::default();
        let mut rest = header;
        while !rest.is_empty() {
            let piece = take_until(&mut rest, b';');
            rest = rest.trim_ascii_start();
            let mut value = piece;
            let key = take_until(&mut value, b'=');
            if key.len() == piece.len() {
                continue;
            }
            if key.eq_ignore_ascii_case(b"name") {
                disposition.name = Some(unquote(value));
            } else if key.eq_ignore_ascii_case(b"filename") {
                disposition.file_name = Some(unquote(value));
            }
        }
        disposition
    }
}

/// Takes everything up to `stop` off `rest`, including `stop`. A `stop` in quotes does not count,
/// and an escaped quote does not end the quotes.
fn take_until<'a>(rest: &mut &'a [u8], stop: u8) -> &'a [u8] {
    let text = *rest;
    let mut at = 0;
    while at < text.len() && text[at] != stop {
        let quote = text[at];
        at += 1;
        if quote == b'"' || quote == b'\'' {
            while at < text.len() && text[at] != quote {
                at += if text[at] == b'\\' && text.get(at + 1) == Some(&quote) { 2 } else { 1 };
            }
            at += 1;
        }
    }
    let end = at.min(text.len());
    let after = &text[end..];
    let stops = after.iter().take_while(|byte| **byte == stop).count();
    *rest = &after[stops..];
    &text[..end]
}

fn unquote(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii_start();
    let (quote, mut rest) = match value {
        [quote @ (b'"' | b'\''), rest @ ..] => (Some(*quote), rest),
        _ => (None, value),
    };
    let mut text = Vec::new();
    loop {
        rest = match rest {
            [] => return text,
            [byte, ..] if quote.map_or(byte.is_ascii_whitespace(), |quote| *byte == quote) => {
                return text;
            }
            [b'\\', escaped, rest @ ..] if *escaped == b'\\' || Some(*escaped) == quote => {
                text.push(*escaped);
                rest
            }
            [byte, rest @ ..] => {
                text.push(*byte);
                rest
            }
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
