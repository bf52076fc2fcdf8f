//! Encoding: from the parameters and files of an operation to a body or a query.

use std::iter;

use http::HeaderValue;
use serde::Serialize;

use crate::limits::{MAX_FILES, MAX_FORM_PARAMETERS};
use crate::secret::ZeroizingBuffer;
use crate::text::shorten;
use crate::violations::{ALL_PARAMETERS, Rule, Violations};

pub(crate) use self::assignment::Assignment;
pub use self::attachment::Attachment;
pub use self::body::Body;
use self::form::Form;
use self::multipart::Multipart;
use self::php_pairs::Written;

mod assignment;
mod attachment;
mod body;
mod escape;
mod form;
pub(crate) mod formats;
mod multipart;
pub(crate) mod php;
mod php_pairs;

/// The encoding of request bodies, set per handle. A request with files is multipart in either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`, with PHP's brackets for lists. The default: the only
    /// encoding that is known to work for additional fields and `silent`.
    #[default]
    Form,
    /// `application/json`. Known to work for scalar parameters.
    Json,
}

/// The files of a request, and the name of the parameter that carries them.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) parameter: &'a str,
    pub(crate) attachments: &'a [Attachment],
}

/// A body and its media type.
pub(crate) struct Encoded {
    pub(crate) body: Body,
    pub(crate) content_type: HeaderValue,
}

/// Encodes the token, the parameters and the files. What cannot be encoded is a violation, and the
/// body is then of no use.
///
/// The same input gives the same bytes.
pub(crate) fn encode(
    encoding: Encoding,
    token: &str,
    parameters: &impl Serialize,
    files: Files<'_>,
    violations: &mut Violations,
) -> Encoded {
    if !files.attachments.is_empty() {
        return multipart(token, parameters, files, violations);
    }
    let (bytes, media_type) = match encoding {
        Encoding::Form => (form(token, parameters, violations), FORM),
        Encoding::Json => (json(token, parameters, violations), JSON),
    };
    Encoded { body: bytes.into(), content_type: HeaderValue::from_static(media_type) }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Also the value of `Accept`.
pub(crate) const JSON: &str = "application/json";

/// Encodes the parameters as a form, without checks. For the benchmarks.
pub fn encode_form<P: Serialize>(token: &str, parameters: &P) -> impl AsRef<[u8]> + use<P> {
    form(token, parameters, &mut Violations::default())
}

/// Returns the names of the parameters.
pub(crate) fn names(parameters: &impl Serialize) -> Vec<String> {
    php_pairs::names(Form, parameters)
}

/// Encodes a form, for a body or a query.
pub(crate) fn form(
    token: &str,
    parameters: &impl Serialize,
    violations: &mut Violations,
) -> ZeroizingBuffer {
    let written = php_pairs::write(Form, token, parameters);
    check_written(&written, violations);
    written.bytes
}

fn multipart(
    token: &str,
    parameters: &impl Serialize,
    Files { parameter, attachments }: Files<'_>,
    violations: &mut Violations,
) -> Encoded {
    let mut written = php_pairs::write(Multipart(multipart::BOUNDARY), token, parameters);
    check_written(&written, violations);
    let boundary = {
        let file_texts =
            attachments.iter().flat_map(|file| [file.name().as_bytes(), file.content()]);
        let texts = iter::once(&*written.bytes).chain(file_texts);
        multipart::absent_boundary(written.parameters, &texts)
    };
    if boundary != multipart::BOUNDARY {
        written = php_pairs::write(Multipart(&boundary), token, parameters);
    }
    let content_type = format!("multipart/form-data; boundary={boundary}");
    Encoded {
        // Never fails: the boundary has only letters, digits and hyphens.
        content_type: HeaderValue::try_from(content_type)
            .unwrap_or_else(|_| HeaderValue::from_static("multipart/form-data")),
        body: Multipart(&boundary).with_files(written.bytes, parameter, attachments),
    }
}

/// Checks the files: their number, and each file with a limit of `max_bytes`.
pub(crate) fn check_files(
    Files { parameter: name, attachments }: Files<'_>,
    max_bytes: usize,
    violations: &mut Violations,
) {
    let (max_count, list) = match name.strip_suffix("[]") {
        Some(list) => (MAX_FILES, Some(list)),
        None => (1, None),
    };
    if attachments.len() > max_count {
        violations.push(name, Rule::MaxCount(max_count), attachments.len().to_string());
    }
    for (position, attachment) in attachments.iter().enumerate() {
        match list {
            Some(list) => {
                attachment.check(format_args!("{list}[{position}]"), max_bytes, violations);
            }
            None => attachment.check(name, max_bytes, violations),
        }
    }
}

fn check_written(written: &Written, violations: &mut Violations) {
    for error in &written.errors {
        let rule = Rule::Custom("be representable in a form".into());
        let parameter = if error.parameter.is_empty() { ALL_PARAMETERS } else { &error.parameter };
        violations.push(parameter, rule, &*error.found);
    }
    if written.parameters > MAX_FORM_PARAMETERS {
        let rule = Rule::MaxCount(MAX_FORM_PARAMETERS);
        violations.push(ALL_PARAMETERS, rule, written.parameters.to_string());
    }
}

/// Encodes the token and the parameters as one JSON object.
///
/// The token is written first, without a closing brace. Then the opening brace of the parameters'
/// object becomes a comma: `{"api_token":"…"` and `{"ticket_id":1}` are merged without a copy.
fn json(token: &str, parameters: &impl Serialize, violations: &mut Violations) -> ZeroizingBuffer {
    let mut bytes = ZeroizingBuffer::with_capacity(256);
    bytes.extend_from_slice(b"{\"api_token\":");
    let written = serde_json::to_writer(&mut bytes, token);
    let start = bytes.len();
    let written = written.and_then(|()| serde_json::to_writer(&mut bytes, parameters));
    let found = match (written, &bytes[start..]) {
        // No parameters: an empty struct or a unit struct.
        (Ok(()), b"{}" | b"null") => {
            bytes.truncate(start);
            bytes.push(b'}');
            return bytes;
        }
        (Ok(()), [b'{', ..]) => {
            if names(parameters).iter().any(|name| name == "api_token") {
                let rule = Rule::Custom("not be set by the operation".into());
                violations.push("api_token", rule, "a parameter of that name");
            }
            bytes[start] = b',';
            return bytes;
        }
        (Ok(()), _) => "a value without names".to_owned(),
        (Err(error), _) => shorten(&error.to_string()),
    };
    violations.push(ALL_PARAMETERS, Rule::Custom("be a JSON object".into()), found);
    bytes
}
