//! Reads parameters as PHP does.
//!
//! What a PHP server sees of a request is not what most form parsers see: names are changed,
//! brackets build arrays, what is too much is dropped without a word. The tests compare this
//! module with a real PHP.

mod array;
mod body;
mod form;
mod multipart;

pub use self::body::ReceivedFile;
pub(crate) use self::body::{Body, Problem};
pub(crate) use self::form::read_form;

use serde_json::Value;

use self::body::check_size;

/// A value in JSON of one or two characters may take hundreds of bytes of memory.
const MAX_JSON_VALUES: usize = 100_000;

/// Reads a body by its media type. Forms are read only if `reads_forms`, since PHP ignores them on
/// GET; a body of an unknown type holds nothing.
///
/// A JSON body is not PHP's own business but that of the web framework on top of it: an error says
/// why such a body cannot be used. `application/json` and all types that end in `+json` count as
/// JSON.
pub(crate) fn read_body(
    content_type: &str,
    body: &[u8],
    reads_forms: bool,
) -> Result<Body, Problem> {
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

/// An empty body holds nothing and is no error: some clients name the type on every request.
fn read_json(body: &[u8]) -> Result<Body, Problem> {
    if body.is_empty() {
        return Ok(Body::default());
    }
    check_size(body.len())?;
    // No fewer than there are: one of these comes before each value, and they are in texts, too.
    if body.iter().filter(|byte| b"{[,".contains(byte)).count() > MAX_JSON_VALUES {
        return Err(Problem::too_large("the JSON body has more than 100,000 values"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(parameters)) => Ok(Body { parameters, files: Vec::new() }),
        Ok(_) => Err(Problem::malformed("the JSON body is not an object".to_owned())),
        Err(error) => Err(Problem::malformed(format!("the body is not JSON: {error}"))),
    }
}
