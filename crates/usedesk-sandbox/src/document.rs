//! The whole desk as one JSON document: what is saved, loaded and written by hand as a seed.

mod check;
mod complete;
mod error;

use serde_json::{Map, Value};

pub(crate) use self::error::DocumentError;
use crate::desk::Desk;

/// The version of the format.
const FORMAT: u64 = 1;
/// Members that have a URL of this sandbox, or only its path in a document: the next sandbox may
/// listen on another port.
const URLS: &[&str] = &["file", "avatar"];

/// Returns the document of a desk.
pub(crate) fn save(desk: &Desk) -> Value {
    // A desk has no map with other keys than texts, and no number that JSON lacks.
    let mut document = serde_json::to_value(desk).unwrap_or_default();
    shorten(&mut document, &desk.base_url);
    document["format"] = FORMAT.into();
    document
}

/// Builds a desk that is served at `base_url`. What a document leaves out has a default.
pub(crate) fn load(mut document: Value, base_url: &str) -> Result<Desk, DocumentError> {
    let format = document.as_object_mut().and_then(|members| members.remove("format"));
    if let Some(format) = format.filter(|format| *format != FORMAT) {
        let rule = format!("must be {FORMAT}, the format of this version");
        return Err(DocumentError { member: "format".to_owned(), rule, value: format });
    }
    let mut desk: Desk =
        serde_path_to_error::deserialize(&document).map_err(|error| mistyped(&document, &error))?;
    complete::complete(&mut desk, base_url);
    check::check(&desk)?;
    Ok(desk)
}

/// Removes the base of all URLs of this sandbox.
fn shorten(value: &mut Value, base_url: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, base_url)),
        Value::Object(members) => shorten_members(members, base_url),
        _ => {}
    }
}

fn shorten_members(members: &mut Map<String, Value>, base_url: &str) {
    for (name, value) in members {
        match value {
            Value::String(url) if URLS.contains(&name.as_str()) => {
                let path = url.strip_prefix(base_url).filter(|path| path.starts_with('/'));
                if let Some(path) = path.map(str::to_owned) {
                    *url = path;
                }
            }
            value => shorten(value, base_url),
        }
    }
}

fn mistyped(
    document: &Value,
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> DocumentError {
    use serde_path_to_error::Segment;

    let mut value = Some(document);
    for segment in error.path() {
        value = value.and_then(|value| match segment {
            Segment::Seq { index } => value.get(index),
            Segment::Map { key } => value.get(key),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
    }
    // The whole document says nothing.
    let value = value.filter(|value| *value != document).cloned().unwrap_or_default();
    DocumentError { member: error.path().to_string(), rule: error.inner().to_string(), value }
}
