//! A translation has the code, headings, lists and tables of its original, so that what changes in
//! one cannot be forgotten in the other.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

/// A part of a page that is in its translation, too, at the same place.
#[derive(Debug, PartialEq)]
enum Part {
    Heading(u8),
    /// The language and the code.
    Code(String, String),
    Item,
    Row,
    Cell,
}

/// Where the translation first differs: what is there, by its line in each page.
pub(super) fn difference(original: &str, translation: &str) -> Option<String> {
    let (original, translation) = (parts(original), parts(translation));
    let pairs = original.iter().zip(&translation);
    let same = pairs.take_while(|(left, right)| left.1 == right.1).count();
    let show = |place: Option<&(usize, Part)>| match place {
        Some((line, Part::Code(language, _))) => format!("a block of {language} in line {line}"),
        Some((line, part)) => format!("{part:?} in line {line}"),
        None => "the end".to_owned(),
    };
    let (left, right) = (original.get(same), translation.get(same));
    (left.is_some() || right.is_some())
        .then(|| format!("{} of the original, but {} here", show(left), show(right)))
}

/// In their order, each with its line, counted from 1.
fn parts(text: &str) -> Vec<(usize, Part)> {
    let mut parts = Vec::new();
    let mut code = None;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let part = match event {
            Event::Start(Tag::Heading { level, .. }) => Part::Heading(level as u8),
            Event::Start(Tag::Item) => Part::Item,
            Event::Start(Tag::TableHead | Tag::TableRow) => Part::Row,
            Event::Start(Tag::TableCell) => Part::Cell,
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language,
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                code = Some((language.into_string(), String::new()));
                continue;
            }
            Event::Text(text) => {
                if let Some((_, code)) = &mut code {
                    code.push_str(&text);
                }
                continue;
            }
            Event::End(TagEnd::CodeBlock) => match code.take() {
                Some((language, code)) => Part::Code(language, code),
                None => continue,
            },
            _ => continue,
        };
        parts.push((text[..range.start].matches('\n').count() + 1, part));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::difference;

    const ORIGINAL: &str =
        "# A\n\nText.\n\n- b\n- c\n\n```rust\nd();\n```\n\n| e | f |\n| --- | --- |\n| g | h |\n";

    #[test]
    fn the_words_may_differ() {
        let translation = ORIGINAL.replace("Text.", "Текст.\n\nЕщё.").replace("| g |", "| г |");
        assert_eq!(difference(ORIGINAL, &translation), None);
    }

    #[test]
    fn the_rest_may_not() {
        for (from, to) in [
            ("# A", "## A"),
            ("# A", "A"),
            ("- c\n", ""),
            ("rust", "rust,ignore"),
            ("d();", "d()"),
            ("| g | h |\n", ""),
            ("| g | h |\n", "| g | h |\n| i | j |\n"),
            ("| g | h |\n", "| g | h |\n\n# K\n"),
        ] {
            let translation = ORIGINAL.replace(from, to);
            assert!(difference(ORIGINAL, &translation).is_some(), "{from} -> {to}");
        }
        let shorter = ORIGINAL.replace("- c\n", "");
        assert_eq!(
            difference(ORIGINAL, &shorter).as_deref(),
            Some("Item in line 6 of the original, but a block of rust in line 7 here")
        );
    }
}
