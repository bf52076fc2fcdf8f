//! Redaction of the token in printed text.

use std::fmt::Write as _;

use crate::secret::ZeroizingBuffer;
use crate::text::CUT;

use super::ApiToken;

/// Replaces the token.
const REDACTED: &str = "[redacted]";

/// The shortest prefix of a token that is redacted before a cut, in bytes: shorter ones occur by
/// chance.
const MIN_PREFIX: usize = 4;

/// The shortest token that does not occur in words by chance, in characters. Usedesk's have 40.
const MIN_TOKEN: usize = 6;

/// The longest name, word or number in a message of this crate, in bytes.
const MAX_WORD: usize = 24;

/// The shortest hexadecimal or base64 encoding that is redacted, in digits.
const MIN_ENCODED: usize = 8;

impl ApiToken {
    /// Redacts the token in a text from outside, in every encoding that `docs/security.md` lists,
    /// the longest match first. A token that may be a [word](Self::is_word) is redacted only as a
    /// whole word.
    pub(crate) fn redact(&self, text: &str) -> String {
        let is_word = self.is_word();
        let encodings = Encodings::of(self.expose(), !is_word);
        let mut redacted = String::with_capacity(text.len());
        let mut cuts = [CUT, "..."].map(|mark| Cut { mark, at: None });
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let rest = &text.as_bytes()[at..];
            let length = if is_word {
                let length = encodings.longest(rest, None);
                length.filter(|length| is_whole_word(text, at, at + length))
            } else {
                let cut = cuts.iter_mut().filter_map(|cut| cut.after(text, at)).min();
                encodings.longest(rest, cut).max(encodings.longest_whole(rest))
            };
            match length {
                Some(_) => redacted.push_str(REDACTED),
                None => redacted.push(first),
            }
            at += length.unwrap_or(first.len_utf8());
        }
        redacted
    }

    /// Redacts the token in a message of this crate, which quotes texts from outside. A token that
    /// may be a [word](Self::is_word) is redacted only between quotes.
    pub(crate) fn redact_message(&self, text: &str) -> String {
        if !self.is_word() {
            return self.redact(text);
        }
        let mut redacted = String::with_capacity(text.len());
        let (mut start, mut is_quoted, mut is_escaped) = (0, false, false);
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'"' && !is_escaped {
                let part = &text[start..at];
                redacted.push_str(&if is_quoted { self.redact(part) } else { part.to_owned() });
                redacted.push('"');
                (start, is_quoted) = (at + 1, !is_quoted);
            }
            is_escaped = byte == b'\\' && !is_escaped;
        }
        let rest = &text[start..];
        // A cut may have removed the closing quote.
        redacted.push_str(&if is_quoted { self.redact(rest) } else { rest.to_owned() });
        redacted
    }

    /// Redacts the token in a text of names and values of this crate and its user, unless it may be
    /// a [word](Self::is_word).
    pub(crate) fn redact_names(&self, text: &str) -> String {
        if self.is_word() { text.to_owned() } else { self.redact(text) }
    }

    /// Whether the token may occur in a name, word or number of this crate: it is short, or has
    /// only letters or only digits.
    fn is_word(&self) -> bool {
        let token = self.expose();
        let is_letters = token.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
        token.chars().count() < MIN_TOKEN || (token.len() <= MAX_WORD && (is_letters || is_number))
    }
}

/// The next cut of a kind in a text.
struct Cut {
    mark: &'static str,
    /// Where the mark was last found; the end of the text if there is none.
    at: Option<usize>,
}

impl Cut {
    /// Returns the distance from `start` to the mark. Each part of a text is searched once.
    fn after(&mut self, text: &str, start: usize) -> Option<usize> {
        let found = || text[start..].find(self.mark).map_or(text.len(), |found| start + found);
        let at = self.at.filter(|&at| at >= start).unwrap_or_else(found);
        self.at = Some(at);
        (at < text.len()).then(|| at - start)
    }
}

/// Whether the text from `start` to `end` is not a part of a longer word.
fn is_whole_word(text: &str, start: usize, end: usize) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part)
}

/// The encodings of the token.
struct Encodings<'a> {
    /// Each character may be encoded in a different way.
    token: &'a str,
    /// The encodings of the first character: most positions of a text start with none of them.
    first: Vec<ZeroizingBuffer>,
    /// Whether the case of letters is ignored: not if the token may be a word.
    ignores_case: bool,
    /// The encodings of the whole token: hexadecimal, and inside base64.
    whole: Vec<ZeroizingBuffer>,
}

impl<'a> Encodings<'a> {
    fn of(token: &'a str, ignores_case: bool) -> Self {
        let first = token.chars().next().map(encodings_of).unwrap_or_default();
        let mut hex = ZeroizingBuffer::default();
        for byte in token.bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        let mut whole = vec![hex];
        whole.extend((0..3).map(|offset| in_base64(token.as_bytes(), offset)));
        whole.retain(|encoding| encoding.len() >= MIN_ENCODED);
        Self { token, first, ignores_case, whole }
    }

    /// Returns the length of the longest encoding that `text` starts with. A prefix of one that
    /// reaches up to `cut` counts too.
    fn longest(&self, text: &[u8], cut: Option<usize>) -> Option<usize> {
        if !self.first.iter().any(|encoding| self.starts_with(text, encoding)) {
            return None;
        }
        let cut = cut.filter(|&cut| cut >= MIN_PREFIX);
        let (mut ends, mut is_cut) = (vec![0], false);
        for encodings in self.token.chars().map(encodings_of) {
            let mut next = Vec::new();
            for &end in &ends {
                let before_cut = cut.and_then(|cut| text.get(end..cut));
                for encoding in &encodings {
                    if self.starts_with(&text[end..], encoding) {
                        next.push(end + encoding.len());
                    }
                    is_cut |= before_cut.is_some_and(|start| self.starts_with(encoding, start));
                }
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
            if ends.is_empty() {
                break;
            }
        }
        ends.into_iter().max().max(cut.filter(|_| is_cut))
    }

    fn starts_with(&self, text: &[u8], start: &[u8]) -> bool {
        // An escape has more than one byte, and its digits may have either case.
        let ignores_case = self.ignores_case || start.len() > 1;
        text.get(..start.len()).is_some_and(|text| {
            if ignores_case { text.eq_ignore_ascii_case(start) } else { text == start }
        })
    }

    fn longest_whole(&self, text: &[u8]) -> Option<usize> {
        let found = self.whole.iter().filter(|encoding| starts_with_encoded(text, encoding));
        found.map(|encoding| encoding.len()).max()
    }
}

/// Returns the character unescaped, and escaped as in URLs, JSON, Rust's `Debug` and HTML.
fn encodings_of(c: char) -> Vec<ZeroizingBuffer> {
    let mut encodings: Vec<_> = (0..9).map(|_| ZeroizingBuffer::default()).collect();
    let [plain, percent, json, escaped, debug, decimal, padded, hex, named] = &mut encodings[..]
    else {
        return Vec::new();
    };
    // Writing to memory does not fail.
    let _ = plain.write_char(c);
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(percent, "%{byte:02x}");
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(json, "\\u{unit:04x}");
    }
    if c.is_ascii_punctuation() {
        let _ = write!(escaped, "\\{c}");
    }
    let _ = write!(debug, "{}", c.escape_debug());
    let _ = write!(decimal, "&#{};", u32::from(c));
    let _ = write!(padded, "&#{:03};", u32::from(c));
    let _ = write!(hex, "&#x{:x};", u32::from(c));
    let _ = named.write_str(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&apos;",
        ' ' => "+",
        _ => "",
    });
    encodings.retain(|encoding| !encoding.is_empty());
    encodings
}

/// Returns the base64 digits of the token that depend on no byte before or after it. The number of
/// bytes before it is a multiple of three plus `offset`.
fn in_base64(token: &[u8], offset: usize) -> ZeroizingBuffer {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = ZeroizingBuffer::default();
    let mut bits = ZeroizingBuffer::default();
    bits.extend_from_slice(&[0; 2][..offset]);
    bits.extend_from_slice(token);
    for group in bits.chunks(3) {
        let bytes = [group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)];
        let number = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        // The digits that depend on these bytes only.
        for digit in 0..group.len() * 8 / 6 {
            digits.push(DIGITS[(number >> (18 - 6 * digit) & 63) as usize]);
        }
    }
    let first = [0, 2, 3][offset];
    ZeroizingBuffer::from(digits.get(first..).unwrap_or_default())
}

/// Whether `text` starts with `encoding`. The case is ignored in base64 too, since nothing that
/// long matches by chance. Base64 for URLs has two other digits.
fn starts_with_encoded(text: &[u8], encoding: &[u8]) -> bool {
    let is_same = |(byte, digit): (&u8, &u8)| {
        let byte = match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        };
        byte.eq_ignore_ascii_case(digit)
    };
    text.len() >= encoding.len() && text.iter().zip(encoding).all(is_same)
}
