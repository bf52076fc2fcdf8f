//! The tree of paths behind a `use`.

use super::words::is_name;

pub(super) struct Import {
    /// How many words into the tree the path ends.
    pub(super) at: usize,
    pub(super) path: Vec<String>,
    /// Absent for a glob.
    pub(super) name: Option<String>,
}

/// Reads one branch, which starts at a word, and returns where it ends.
pub(super) fn read(
    words: &[&str],
    mut at: usize,
    prefix: &[String],
    imports: &mut Vec<Import>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match &words[at..] {
            ["{", ..] => {
                at += 1;
                while !matches!(words.get(at), None | Some(&"}")) {
                    at = read(words, at, &path, imports);
                    at += usize::from(words.get(at) == Some(&","));
                }
                return at + 1;
            }
            ["*", ..] => {
                imports.push(Import { at, path, name: None });
                return at + 1;
            }
            ["as", name, ..] => {
                imports.push(Import { at, path, name: Some((*name).to_owned()) });
                return at + 2;
            }
            // `{self}` is the path before it.
            ["self", ..] if !path.is_empty() => {}
            ["::", ..] => {}
            [word, ..] if is_name(word) => path.push((*word).to_owned()),
            _ => {
                let name = path.last().cloned();
                imports.push(Import { at: at.saturating_sub(1), path, name });
                return at;
            }
        }
        at += 1;
    }
}
