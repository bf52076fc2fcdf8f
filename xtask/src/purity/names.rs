//! The second net: what the source of core names, whether it is compiled on this platform or not.
//! A plain search, so that it cannot miss for a reason of clippy's.

const FORBIDDEN: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    // What would hide the names above from this search.
    "std as",
    "std::*",
    "std::{",
    // Crates that are no dependency; in case one becomes one.
    "reqwest",
    "tokio",
    "ureq",
];

/// Data, for which no socket is opened.
const ADDRESSES: &[&str] = &["IpAddr", "Ipv4Addr", "Ipv6Addr"];

/// The forbidden names in a source file, each with its line.
pub(super) fn forbidden(source: &str) -> impl Iterator<Item = (usize, &'static str)> {
    (1..).zip(source.lines()).flat_map(|(number, line)| {
        let code = without_comment(line);
        FORBIDDEN.iter().filter(move |name| names(code, name)).map(move |name| (number, *name))
    })
}

/// rustfmt sees to the space before a comment; without one, `//` is in the middle of a URL.
fn without_comment(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("//") { "" } else { line.split(" //").next().unwrap_or(line) }
}

fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(start, _)| {
        let (before, after) = (&code[..start], &code[start + name.len()..]);
        let goes_on = name.ends_with(is_word) && after.starts_with(is_word);
        let is_data = name == "std::net" && is_address(after);
        !(before.ends_with(is_word) || goes_on || is_data)
    })
}

/// Whether `std::net` continues with `::IpAddr` and the like, or with a list of nothing else.
fn is_address(after: &str) -> bool {
    let Some(path) = after.strip_prefix("::") else { return false };
    let list = match path.strip_prefix('{') {
        Some(list) => list.split('}').next(),
        None => path.split(|character| !is_word(character)).next(),
    };
    list.unwrap_or_default().split(',').all(|name| ADDRESSES.contains(&name.trim()))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::forbidden;

    #[test]
    fn code_is_searched() {
        let source = "use std::fs;\n\
                      use std::net::{IpAddr, TcpStream};\n\
                      let url = \"http://h\"; ::std::env::var(url); // why\n\
                      use std::{fmt, thread};\n\
                      tokio::spawn(task);\n\
                      use std::net;\n\
                      use std::os::unix::net::UnixStream;\n";
        let expected = [
            (1, "std::fs"),
            (2, "std::net"),
            (3, "std::env"),
            (4, "std::{"),
            (5, "tokio"),
            (6, "std::net"),
            (7, "std::os"),
        ];
        assert_eq!(forbidden(source).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn addresses_comments_and_other_words_pass() {
        let source = "use std::net::IpAddr;\n\
                      use std::net::{Ipv4Addr, Ipv6Addr};\n\
                      //! std::fs\n\
                      \x20   /// tokio::spawn\n\
                      let x = 1; // std::thread::sleep\n\
                      use mystd::fs;\n\
                      use std::format;\n\
                      std::process_all();\n";
        assert_eq!(forbidden(source).collect::<Vec<_>>(), []);
    }
}
