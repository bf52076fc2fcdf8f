//! How PHP reads names of parameters.

use std::borrow::Cow;

/// Limit for the brackets of a name: PHP's default `max_input_nesting_level`. PHP silently drops a
/// parameter with more.
pub(crate) const MAX_BRACKETS: usize = 64;

/// Returns the key in `$_POST` and `$_GET` of a parameter with this name, or `None` if PHP silently
/// drops it.
///
/// PHP removes leading spaces, cuts the name at a NUL, replaces a dot, a space and an unclosed
/// bracket with an underscore, and ends the key at the first bracket.
pub(crate) fn variable_name(name: &str) -> Option<Cow<'_, str>> {
    let name = name.trim_start_matches(' ').split('\0').next().unwrap_or_default();
    let base = match name.find('[') {
        // No key before the bracket, closed or not.
        Some(0) => return None,
        Some(bracket) if name[bracket..].contains(']') => &name[..bracket],
        _ => name,
    };
    let is_replaced = |c: char| matches!(c, '.' | ' ' | '[');
    let read = if base.contains(is_replaced) {
        Cow::Owned(base.replace(is_replaced, "_"))
    } else {
        Cow::Borrowed(base)
    };
    let looks_like_a_secure_cookie = read.starts_with("__Host-") || read.starts_with("__Secure-");
    let is_dropped = read.is_empty()
        || name.matches('[').count() > MAX_BRACKETS
        || (looks_like_a_secure_cookie && read != base);
    (!is_dropped).then_some(read)
}

/// Whether PHP reads a multipart field of this name as its limit for files, and drops larger ones.
/// PHP ignores the case here, and compares the name as it was sent.
pub(crate) fn limits_files(name: &str) -> bool {
    name.eq_ignore_ascii_case("MAX_FILE_SIZE")
}

/// Whether PHP reads `[key]` as this key: `[]` would append, and the first `]` ends a key.
pub(crate) fn reads_as_key(key: &str) -> bool {
    let is_blank = matches!(key, "" | " " | "\t" | "\n" | "\r" | "\x0b" | "\x0c");
    !is_blank && !key.contains(['\0', ']'])
}
