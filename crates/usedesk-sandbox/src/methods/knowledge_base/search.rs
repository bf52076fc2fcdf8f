//! Text search in HTML.

/// Wraps every match of the query in `<b>`, ignoring case; `None` if there is none. Tags are not
/// searched.
pub(super) fn mark(html: &str, query: &str) -> Option<String> {
    let query: Vec<char> = query.chars().flat_map(char::to_lowercase).collect();
    let mut marked = String::with_capacity(html.len());
    let mut found = false;
    let mut rest = html;
    while let Some(first) = rest.chars().next() {
        let tag = (first == '<').then(|| rest.find('>').map_or(rest.len(), |end| end + 1));
        let hit = if tag.is_none() { hit(rest, &query) } else { None };
        let length = tag.or(hit).unwrap_or(first.len_utf8());
        let (piece, after) = rest.split_at(length);
        if hit.is_some() {
            marked.extend(["<b>", piece, "</b>"]);
        } else {
            marked.push_str(piece);
        }
        found |= hit.is_some();
        rest = after;
    }
    found.then_some(marked)
}

/// Removes tags and truncates the text to `limit` characters.
pub(super) fn shorten(html: &str, limit: usize) -> String {
    let mut in_tag = false;
    let text = html.chars().filter(|character| {
        let was_in_tag = in_tag;
        in_tag = if in_tag { *character != '>' } else { *character == '<' };
        !was_in_tag && !in_tag
    });
    text.take(limit).collect()
}

/// Returns the length in bytes of the query at the start of the text, if it is there.
fn hit(text: &str, query: &[char]) -> Option<usize> {
    let mut left = query;
    for (at, character) in text.char_indices() {
        if left.is_empty() {
            return Some(at);
        }
        for lower in character.to_lowercase() {
            left = left.strip_prefix(&[lower])?;
        }
    }
    left.is_empty().then_some(text.len())
}
