//! What the check of links needs to know of a Markdown file.

use std::collections::BTreeSet;
use std::path::Path;

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};

/// Lines are counted from 1.
pub(super) struct Page {
    /// Where links and images lead, by line: `[text](target)`, `[name]: target`, and `href` and
    /// `src` of HTML.
    pub(super) links: Vec<(usize, String)>,
    /// Names that are used as in `[text][name]` or `[name][]` and defined nowhere, by line. `[name]`
    /// alone may be meant as text.
    pub(super) undefined: Vec<(usize, String)>,
    /// Rust files named in `code`, by line.
    pub(super) sources: Vec<(usize, String)>,
    /// What may follow a `#`.
    pub(super) anchors: BTreeSet<String>,
}

impl Page {
    pub(super) fn parse(text: &str) -> Self {
        let line = |offset| text[..offset].matches('\n').count() + 1;
        let mut undefined = Vec::new();
        let on_undefined = |link: BrokenLink<'_>| {
            if link.link_type != LinkType::Shortcut {
                undefined.push((line(link.span.start), link.reference.into_string()));
            }
            None
        };
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM;
        let parser = Parser::new_with_broken_link_callback(text, options, Some(on_undefined));

        let definitions = parser.reference_definitions().iter();
        let mut links: Vec<_> = definitions
            .map(|(_, definition)| (line(definition.span.start), definition.dest.to_string()))
            .collect();
        let (mut headings, mut ids) = (BTreeSet::new(), BTreeSet::new());
        let (mut heading, mut sources) = (String::new(), Vec::new());
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(
                    Tag::Link { link_type: LinkType::Inline, dest_url, .. }
                    | Tag::Image { link_type: LinkType::Inline, dest_url, .. },
                ) => links.push((line(range.start), dest_url.into_string())),
                Event::Html(html) | Event::InlineHtml(html) => {
                    let targets = values(&html, ["href", "src"]);
                    links.extend(targets.into_iter().map(|target| (line(range.start), target)));
                    ids.extend(values(&html, ["id", "name"]));
                }
                Event::Start(Tag::Heading { .. }) => heading.clear(),
                Event::Text(text) => heading.push_str(&text),
                Event::Code(code) => {
                    heading.push_str(&code);
                    if is_source(&code) {
                        sources.push((line(range.start), code.into_string()));
                    }
                }
                Event::End(TagEnd::Heading(_)) => add_heading(&mut headings, &heading),
                _ => {}
            }
        }
        links.sort();
        headings.append(&mut ids);
        Self { links, undefined, sources, anchors: headings }
    }
}

/// Capitals stand for a name of the reader's choice, as in `MODULE.rs`.
fn is_source(code: &str) -> bool {
    Path::new(code).extension().is_some_and(|extension| extension == "rs")
        && !code.contains(|letter: char| letter.is_whitespace() || letter.is_uppercase())
}

/// The values of these attributes in a piece of HTML.
fn values(html: &str, attributes: [&str; 2]) -> Vec<String> {
    let html = html.replace(char::is_whitespace, " ");
    let starts = attributes.map(|attribute| format!(" {attribute}=\""));
    let pieces = starts.iter().flat_map(|start| html.split(start).skip(1));
    pieces.filter_map(|piece| Some(piece.split_once('"')?.0.to_owned())).collect()
}

/// Adds the anchor that GitHub makes of a heading: small letters, digits, `-`, `_` and a `-` for
/// each space; a number tells it from earlier ones.
fn add_heading(anchors: &mut BTreeSet<String>, heading: &str) {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    let name: String = heading.trim().to_lowercase().chars().filter(kept).collect();
    let name = name.replace(' ', "-");
    let numbered = (1..).map(|number| format!("{name}-{number}"));
    for anchor in std::iter::once(name.clone()).chain(numbered) {
        if anchors.insert(anchor) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn every_form_of_link_is_found() {
        let page = Page::parse(
            "[a](one.md) and [b](two.md#part \"title\")\n\
             <img alt=\"\" src=\"three.png\"> ![](four.png)\n\n\
             [c][d], [d] and [d][]\n\n\
             [d]: five.md\n\n\
             <a\nhref=\"six.md\">\n\n\
             | [e](seven.md) |\n| --- |\n| `a\\|b` [f](eight.md) |\n",
        );
        let links: Vec<_> =
            page.links.iter().map(|(line, target)| (*line, target.as_str())).collect();
        let expected = [
            (1, "one.md"),
            (1, "two.md#part"),
            (2, "four.png"),
            (2, "three.png"),
            (6, "five.md"),
            (8, "six.md"),
            (11, "seven.md"),
            (13, "eight.md"),
        ];
        assert_eq!(links, expected);
        assert_eq!(page.undefined, []);
    }

    #[test]
    fn code_holds_no_links() {
        let page = Page::parse(
            "```text\n[a](b.md) [c][d]\n# e\n```\n\n~~~\n[a](b.md)\n```\n[c][d]\n~~~\n\n\
             `[a](b.md)` and ``lists[0][id] ` [a](b.md)``\n\n    [a](b.md)\n",
        );
        assert!(page.links.is_empty() && page.undefined.is_empty() && page.anchors.is_empty());
    }

    #[test]
    fn undefined_names_are_found() {
        let page = Page::parse("[a][b],\n[c][] and [d] or [ ]\n\n[e]: f.md\n");
        assert_eq!(page.undefined, [(1, "b".to_owned()), (2, "c".to_owned())]);
    }

    #[test]
    fn source_files_in_code_are_found() {
        let page =
            Page::parse("a.rs\n`b.rs` and `c/d.rs`\n\n| `see e.rs` | `f`, `G.rs` |\n\n    g.rs\n");
        assert_eq!(page.sources, [(2, "b.rs".to_owned()), (2, "c/d.rs".to_owned())]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        let text = "# What's *new* in 2.0?\n\n## `a_b` - c\n\n## Тикет\n\nSet\n===\n\n# Set\n";
        let anchors = Page::parse(text).anchors;
        let expected = ["a_b---c", "set", "set-1", "whats-new-in-20", "тикет"];
        assert!(anchors.iter().eq(expected), "{anchors:?}");
    }
}
