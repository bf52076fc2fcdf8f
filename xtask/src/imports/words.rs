//! Rust source as a flat list of words: without comments, with `::` and `..` as one word each.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};

/// Each word with its line.
pub(super) fn of(source: &str) -> Result<Vec<(usize, String)>> {
    let tokens: TokenStream = source.parse().map_err(|error| anyhow!("{error}"))?;
    let mut words = Vec::new();
    flatten(tokens, &mut words);
    Ok(words)
}

fn flatten(tokens: TokenStream, words: &mut Vec<(usize, String)>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let line = token.span().start().line;
        let mut is_next = |text: &str| tokens.peek().is_some_and(|next| next.to_string() == text);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push((line, open.to_owned()));
                flatten(group.stream(), words);
                words.push((group.span_close().start().line, close.to_owned()));
            }
            // A lifetime is not the name of an item.
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                tokens.next();
            }
            TokenTree::Punct(mark) if mark.as_char() == '$' && is_next("crate") => {}
            TokenTree::Punct(mark) if is_half(&mark) && is_next(&mark.to_string()) => {
                tokens.next();
                words.push((line, format!("{mark}{mark}")));
            }
            other => words.push((line, other.to_string())),
        }
    }
}

fn is_half(mark: &Punct) -> bool {
    matches!(mark.as_char(), ':' | '.') && mark.spacing() == Spacing::Joint
}

pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}
