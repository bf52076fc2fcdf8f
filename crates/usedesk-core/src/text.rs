//! Texts of others in messages of ours: on one line and not too long.

/// The longest piece of a foreign text that a message of ours repeats, in characters.
const LONGEST: usize = 200;

/// The longest value that a violation repeats, in characters.
const LONGEST_VALUE: usize = 40;

/// `text` without line breaks and other control characters, cut after 200 characters.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    cut(line, LONGEST)
}

/// `text` as a quoted literal, cut after 40 characters.
pub(crate) fn quote(text: &str) -> String {
    format!("{:?}", cut(text.chars(), LONGEST_VALUE))
}

fn cut(mut text: impl Iterator<Item = char>, longest: usize) -> String {
    let mut start: String = text.by_ref().take(longest).collect();
    if text.next().is_some() {
        start.push('…');
    }
    start
}
