//! Text from outside in messages of this crate: on one line and of bounded length.

/// Limit for a text from outside in a message, in characters.
const MAX_LINE: usize = 200;

/// Limit for a value in a violation, in characters.
const MAX_VALUE: usize = 40;

/// Limit for a message or code that an error keeps, in characters.
const MAX_KEPT: usize = 4_096;

/// Marks where a text was cut.
pub(crate) const CUT: &str = "…";

/// Replaces line breaks and other characters that disturb a line with spaces, and cuts the text
/// after 200 characters.
pub(crate) fn one_line(text: &str) -> String {
    cut(text.chars().map(|c| if disturbs_line(c) { ' ' } else { c }), MAX_LINE)
}

/// Cuts the text after 40 characters.
pub(crate) fn shorten(text: &str) -> String {
    cut(text.chars(), MAX_VALUE)
}

/// Quotes and escapes a text, cut after 40 characters: how [`Violations::push`] is told what was
/// found.
///
/// [`Violations::push`]: crate::Violations::push
///
/// # Examples
///
/// ```
/// assert_eq!(usedesk_core::quote("a\nb"), r#""a\nb""#);
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    format!("{:?}", shorten(text))
}

/// Cuts the text after 4,096 characters.
pub(crate) fn cap(text: String) -> String {
    if text.len() <= MAX_KEPT { text } else { cut(text.chars(), MAX_KEPT) }
}

/// Whether it is a control character, a line or paragraph separator, or changes the text direction.
fn disturbs_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn cut(mut text: impl Iterator<Item = char>, max: usize) -> String {
    let mut start: String = text.by_ref().take(max).collect();
    if text.next().is_some() {
        start.push_str(CUT);
    }
    start
}
