//! Parses parameters as PHP does.
//!
//! PHP does not parse a request as most form parsers do: it changes names, builds arrays from
//! brackets, and silently drops what exceeds its limits. The tests compare this module with a real
//! PHP.

mod array;
mod body;
mod form;
mod multipart;

pub use self::body::ReceivedFile;
pub(crate) use self::body::{Body, BodyError};
pub(crate) use self::form::read_form;

use serde_json::Value;

use self::body::check_size;

/// A JSON value of one or two characters may take hundreds of bytes of memory.
const MAX_JSON_VALUES: usize = 100_000;

/// Parses a body by its media type. Forms are parsed only if `reads_forms`, since PHP ignores them
/// on GET. A body of an unknown type has no parameters.
///
/// JSON is parsed by the web framework on top of PHP, which rejects malformed bodies.
/// `application/json` and all types that end in `+json` count as JSON.
pub(crate) fn read_body(
    content_type: &str,
    body: &[u8],
    reads_forms: bool,
) -> Result<Body, BodyError> {
    let end = content_type.find([';', ',', ' ']).unwrap_or(content_type.len());
    let media_type = content_type[..end].to_ascii_lowercase();
    match media_type.as_str() {
        "application/x-www-form-urlencoded" if reads_forms => {
            check_size(body.len())?;
            Ok(Body { parameters: form::read_form(body), files: Vec::new() })
        }
        "multipart/form-data" if reads_forms => multipart::read(content_type, body),
        json if json == "application/json" || json.ends_with("+json") => read_json(body),
        _ => Ok(Body::default()),
    }
}

/// Parses a JSON body. An empty body is valid: some clients send the type with every request.
fn read_json(body: &[u8]) -> Result<Body, BodyError> {
    if body.is_empty() {
        return Ok(Body::default());
    }
    check_size(body.len())?;
    if has_too_many_values(body) {
        return Err(BodyError::too_large("the JSON body has more than 100,000 values"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => Ok(Body { parameters, files: Vec::new() }),
        Ok(_) => Err(BodyError::malformed("the JSON body is not an object".to_owned())),
        Err(error) => Err(BodyError::malformed(format!("the body is not JSON: {error}"))),
    }
}

/// Whether a JSON body has more than 100,000 values. An upper bound is counted: each value follows one
/// of these bytes, and strings may contain them, too.
pub(crate) fn has_too_many_values(body: &[u8]) -> bool {
    body.iter().filter(|byte| b"{[,".contains(byte)).count() > MAX_JSON_VALUES
}
