//! How PHP reads the name of a parameter.

/// The name under which PHP's `$_POST` and `$_GET` hold what was sent as `name`.
///
/// PHP drops leading spaces, cuts at a NUL, turns a dot, a space and an unclosed bracket into an
/// underscore, and takes what stands before the first bracket. An empty result means that PHP
/// drops the parameter.
pub(crate) fn variable_name(name: &str) -> String {
    let name = name.trim_start_matches(' ');
    let name = name.split('\0').next().unwrap_or_default();
    let base = match name.find('[') {
        Some(bracket) if name[bracket..].contains(']') => &name[..bracket],
        // `[` alone has no name before it, so PHP drops it whatever follows.
        Some(0) => "",
        _ => name,
    };
    base.replace(['.', ' ', '['], "_")
}
