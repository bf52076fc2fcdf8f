//! Replacing the token in texts that are printed.

use std::fmt::Write as _;

use crate::secret::ZeroizingBuffer;
use crate::text::CUT;

use super::ApiToken;

/// What stands in the place of the token.
const REDACTED: &str = "[redacted]";

/// The start of a token that is redacted before a cut, in bytes: fewer occur by chance.
const MIN_START: usize = 4;

/// A shorter token may occur in words by chance, in characters. Usedesk's have 40.
const MIN_TOKEN: usize = 6;

/// No name, word or number in a message of this library is longer, in bytes.
const MAX_WORD: usize = 24;

/// The shortest piece of hexadecimal digits or base64 that is redacted, in digits.
const MIN_PIECE: usize = 8;

impl ApiToken {
    /// `text`, which came from outside, with the token replaced in every spelling that
    /// `docs/security.md` lists; the longest one first. A token that is a [word](Self::is_word) is
    /// replaced where it stands alone.
    pub(crate) fn redact(&self, text: &str) -> String {
        let is_word = self.is_word();
        let spellings = Spellings::of(self.expose(), !is_word);
        let mut redacted = String::with_capacity(text.len());
        let mut cuts = [CUT, "..."].map(|mark| Cut { mark, at: None });
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let rest = &text.as_bytes()[at..];
            let length = if is_word {
                let length = spellings.longest(rest, None);
                length.filter(|length| stands_alone(text, at, at + length))
            } else {
                let cut = cuts.iter_mut().filter_map(|cut| cut.after(text, at)).min();
                spellings.longest(rest, cut).max(spellings.longest_whole(rest))
            };
            match length {
                Some(_) => redacted.push_str(REDACTED),
                None => redacted.push(first),
            }
            at += length.unwrap_or(first.len_utf8());
        }
        redacted
    }

    /// `text`, a message of this library in which texts from outside are quoted, with the token
    /// replaced; a [word](Self::is_word) is replaced only between quotes.
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
        // A cut may have taken the closing quote.
        redacted.push_str(&if is_quoted { self.redact(rest) } else { rest.to_owned() });
        redacted
    }

    /// `text`, which consists of names and values of this library and its user, with the token
    /// replaced unless it is a [word](Self::is_word).
    pub(crate) fn redact_names(&self, text: &str) -> String {
        if self.is_word() { text.to_owned() } else { self.redact(text) }
    }

    /// Whether it may be a part of a name, word or number of this library: it is short, or has
    /// letters or digits alone.
    fn is_word(&self) -> bool {
        let token = self.expose();
        let is_letters = token.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
        token.chars().count() < MIN_TOKEN || (token.len() <= MAX_WORD && (is_letters || is_number))
    }
}

/// A mark where a text was cut.
struct Cut {
    mark: &'static str,
    /// Where it was found last; the end of the text when there is none.
    at: Option<usize>,
}

impl Cut {
    /// How far behind `start` it is. Each part of a text is searched once.
    fn after(&mut self, text: &str, start: usize) -> Option<usize> {
        let found = || text[start..].find(self.mark).map_or(text.len(), |found| start + found);
        let at = self.at.filter(|&at| at >= start).unwrap_or_else(found);
        self.at = Some(at);
        (at < text.len()).then(|| at - start)
    }
}

/// Whether what is between `start` and `end` is not a part of a longer word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part)
}

/// How the token may be spelled.
struct Spellings<'a> {
    /// Its characters, each of which may be spelled in another way.
    token: &'a str,
    /// Those of the first character: at most places of a text none of them begins.
    first: Vec<ZeroizingBuffer>,
    /// Letters of the token are the same in either case. Those of a word are not.
    ignores_case: bool,
    /// Of the whole token: in hexadecimal digits, and inside of base64.
    whole: Vec<ZeroizingBuffer>,
}

impl<'a> Spellings<'a> {
    fn of(token: &'a str, ignores_case: bool) -> Self {
        let first = token.chars().next().map(spellings_of).unwrap_or_default();
        let mut hex = ZeroizingBuffer::default();
        for byte in token.bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        let mut whole = vec![hex];
        whole.extend((0..3).map(|offset| in_base64(token.as_bytes(), offset)));
        whole.retain(|spelling| spelling.len() >= MIN_PIECE);
        Self { token, first, ignores_case, whole }
    }

    /// How long the longest spelling is that `text` begins with. One that goes on up to `cut`
    /// counts too.
    fn longest(&self, text: &[u8], cut: Option<usize>) -> Option<usize> {
        if !self.first.iter().any(|spelling| self.begins(text, spelling)) {
            return None;
        }
        let cut = cut.filter(|&cut| cut >= MIN_START);
        let (mut ends, mut is_cut) = (vec![0], false);
        for spellings in self.token.chars().map(spellings_of) {
            let mut next = Vec::new();
            for &end in &ends {
                let before_cut = cut.and_then(|cut| text.get(end..cut));
                for spelling in &spellings {
                    if self.begins(&text[end..], spelling) {
                        next.push(end + spelling.len());
                    }
                    is_cut |= before_cut.is_some_and(|start| self.begins(spelling, start));
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

    fn begins(&self, text: &[u8], start: &[u8]) -> bool {
        // An escape has more bytes than one, and its digits have either case.
        let ignores_case = self.ignores_case || start.len() > 1;
        text.get(..start.len()).is_some_and(|text| {
            if ignores_case { text.eq_ignore_ascii_case(start) } else { text == start }
        })
    }

    fn longest_whole(&self, text: &[u8]) -> Option<usize> {
        let found = self.whole.iter().filter(|spelling| is_spelled(text, spelling));
        found.map(|spelling| spelling.len()).max()
    }
}

/// The character as it is; escaped in URLs, JSON, Rust's `Debug` and HTML.
fn spellings_of(c: char) -> Vec<ZeroizingBuffer> {
    let mut spellings: Vec<_> = (0..9).map(|_| ZeroizingBuffer::default()).collect();
    let [plain, percent, json, escaped, debug, decimal, padded, hex, named] = &mut spellings[..]
    else {
        return Vec::new();
    };
    // Memory takes whatever is written.
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
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}

/// The digits of base64 that are the same whatever stands before the token, where that has `offset`
/// bytes more than a multiple of three, and whatever follows it.
fn in_base64(token: &[u8], offset: usize) -> ZeroizingBuffer {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = ZeroizingBuffer::default();
    let mut bits = ZeroizingBuffer::default();
    bits.extend_from_slice(&[0; 2][..offset]);
    bits.extend_from_slice(token);
    for group in bits.chunks(3) {
        let bytes = [group[0], *group.get(1).unwrap_or(&0), *group.get(2).unwrap_or(&0)];
        let number = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        // As many digits as these bytes settle alone.
        for place in 0..group.len() * 8 / 6 {
            digits.push(DIGITS[(number >> (18 - 6 * place) & 63) as usize]);
        }
    }
    let first = [0, 2, 3][offset];
    ZeroizingBuffer::from(digits.get(first..).unwrap_or_default())
}

/// In base64 the case of letters tells, but no other text is this long by chance. Base64 for URLs
/// has other digits in two places.
fn is_spelled(text: &[u8], spelling: &[u8]) -> bool {
    let is_same = |(byte, digit): (&u8, &u8)| {
        let byte = match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        };
        byte.eq_ignore_ascii_case(digit)
    };
    text.len() >= spelling.len() && text.iter().zip(spelling).all(is_same)
}
