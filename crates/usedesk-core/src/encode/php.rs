//! How PHP reads the name of a parameter.

/// How many brackets a name may have: beyond PHP's default `max_input_nesting_level` the parameter
/// is dropped without a word.
pub(crate) const MAX_BRACKETS: usize = 64;

/// The name under which PHP's `$_POST` and `$_GET` hold what was sent as `name`; none when PHP
/// drops it without a word.
///
/// PHP drops leading spaces, cuts at a NUL, turns a dot, a space and an unclosed bracket into an
/// underscore, and takes what stands before the first bracket.
pub(crate) fn variable_name(name: &str) -> Option<String> {
    let name = name.trim_start_matches(' ').split('\0').next().unwrap_or_default();
    let base = match name.find('[') {
        // Nothing stands before the bracket, closed or not.
        Some(0) => return None,
        Some(bracket) if name[bracket..].contains(']') => &name[..bracket],
        _ => name,
    };
    let read = base.replace(['.', ' ', '['], "_");
    let looks_like_a_secure_cookie = read.starts_with("__Host-") || read.starts_with("__Secure-");
    let is_dropped = read.is_empty()
        || name.matches('[').count() > MAX_BRACKETS
        || (looks_like_a_secure_cookie && read != base);
    (!is_dropped).then_some(read)
}

/// Whether PHP takes a part of a multipart body with this name for the size of the largest file, and
/// drops those that are larger. In any case, unlike names elsewhere, and before the name is changed.
pub(crate) fn limits_files(name: &str) -> bool {
    name.eq_ignore_ascii_case("MAX_FILE_SIZE")
}

/// Whether PHP reads `[key]` as that key: `[]` would append, and the first `]` ends a key.
pub(crate) fn reads_as_key(key: &str) -> bool {
    let blank = matches!(key, "" | " " | "\t" | "\n" | "\r" | "\x0b" | "\x0c");
    !blank && !key.contains(['\0', ']'])
}
