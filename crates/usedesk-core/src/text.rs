//! Texts of others in messages of ours: on one line and not too long.

/// The longest piece of a foreign text that a message of ours repeats, in characters.
const LONGEST: usize = 200;

/// The longest value that a violation repeats, in characters.
const LONGEST_VALUE: usize = 40;

/// The longest reason or code that an error keeps, in characters.
const LONGEST_KEPT: usize = 4_096;

/// What stands where a text was cut.
pub(crate) const CUT: &str = "…";

/// `text` without line breaks and other characters that move the rest about, cut after 200
/// characters.
pub(crate) fn one_line(text: &str) -> String {
    cut(text.chars().map(|c| if breaks_a_line(c) { ' ' } else { c }), LONGEST)
}

/// `text` cut after 40 characters.
pub(crate) fn shorten(text: &str) -> String {
    cut(text.chars(), LONGEST_VALUE)
}

/// `text` as a quoted literal, cut after 40 characters.
pub(crate) fn quote(text: &str) -> String {
    format!("{:?}", shorten(text))
}

/// `text` cut where an error stops keeping it.
pub(crate) fn cap(text: String) -> String {
    if text.len() <= LONGEST_KEPT { text } else { cut(text.chars(), LONGEST_KEPT) }
}

/// Control characters, separators of lines and paragraphs, and those that turn the direction.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn cut(mut text: impl Iterator<Item = char>, longest: usize) -> String {
    let mut start: String = text.by_ref().take(longest).collect();
    if text.next().is_some() {
        start.push_str(CUT);
    }
    start
}
