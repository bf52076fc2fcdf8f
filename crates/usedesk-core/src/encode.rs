//! From an operation's parameters to the bytes on the wire.

use std::iter;

use http::HeaderValue;
use serde::Serialize;

use crate::limits::{MAX_FILES, MAX_FORM_PARAMETERS};
use crate::secret::ZeroizingBuffer;
use crate::text::shorten;
use crate::violations::{Rule, Violations};

pub(crate) use self::assignment::Assignment;
pub use self::attachment::Attachment;
pub use self::body::Body;
use self::form::Form;
pub(crate) use self::joined::{Comma, CommaAndSpace, Joined, Piece, Semicolon};
use self::multipart::Multipart;
use self::php_pairs::Written;

mod assignment;
mod attachment;
mod body;
mod escape;
mod form;
pub(crate) mod formats;
mod joined;
mod multipart;
pub(crate) mod php;
mod php_pairs;

/// How a request body is written. Chosen per handle. A request with files is multipart in either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`, with PHP's brackets for lists. The default: for
    /// additional fields and `silent` it is the only encoding that is seen to work.
    #[default]
    Form,
    /// `application/json`. Seen to work for plain parameters.
    Json,
}

/// The files of a request, and the name of the parameter that carries them.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) parameter: &'a str,
    pub(crate) attachments: &'a [Attachment],
}

/// A body, and its media type.
pub(crate) struct Encoded {
    pub(crate) body: Body,
    pub(crate) content_type: HeaderValue,
}

/// Writes the token, the parameters and the files; what cannot be written is a violation.
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
    let (bytes, content_type) = match encoding {
        Encoding::Form => (form(token, parameters, violations), &FORM),
        Encoding::Json => (json(token, parameters, violations), &JSON),
    };
    Encoded { body: bytes.into(), content_type: content_type.clone() }
}

static FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Also what is accepted.
pub(crate) static JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The form of the parameters, unchecked. For the benchmarks.
#[doc(hidden)]
pub fn encode_form<P: Serialize>(token: &str, parameters: &P) -> impl AsRef<[u8]> + use<P> {
    form(token, parameters, &mut Violations::default())
}

/// The names under which `parameters` are written.
pub(crate) fn names(parameters: &impl Serialize) -> Vec<String> {
    php_pairs::names(Form, parameters)
}

/// The form, which is the query too. Of no use when a violation was found.
pub(crate) fn form(
    token: &str,
    parameters: &impl Serialize,
    violations: &mut Violations,
) -> ZeroizingBuffer {
    let written = php_pairs::write(Form, token, parameters);
    note_refused(&written, violations);
    written.bytes
}

/// The parts of the parameters and those of the files. Of no use when a violation was found.
fn multipart(
    token: &str,
    parameters: &impl Serialize,
    Files { parameter, attachments }: Files<'_>,
    violations: &mut Violations,
) -> Encoded {
    let mut written = php_pairs::write(Multipart(multipart::BOUNDARY), token, parameters);
    note_refused(&written, violations);
    let boundary = {
        let of_files = attachments.iter().flat_map(|file| [file.name().as_bytes(), file.content()]);
        let texts = iter::once(&*written.bytes).chain(of_files);
        multipart::absent_boundary(written.parameters, &texts)
    };
    if boundary != multipart::BOUNDARY {
        written = php_pairs::write(Multipart(&boundary), token, parameters);
    }
    let content_type = format!("multipart/form-data; boundary={boundary}");
    Encoded {
        // Letters, digits and hyphens always make a header.
        content_type: HeaderValue::try_from(content_type)
            .unwrap_or_else(|_| HeaderValue::from_static("multipart/form-data")),
        body: Multipart(&boundary).with_files(written.bytes, parameter, attachments),
    }
}

/// Checks files of at most `max_bytes` each.
pub(crate) fn check_files(
    Files { parameter: name, attachments }: Files<'_>,
    max_bytes: usize,
    violations: &mut Violations,
) {
    let (most, list) = match name.strip_suffix("[]") {
        Some(list) => (MAX_FILES, Some(list)),
        None => (1, None),
    };
    if attachments.len() > most {
        violations.push(name, Rule::MaxCount(most), attachments.len().to_string());
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

fn note_refused(written: &Written, violations: &mut Violations) {
    for refused in &written.refused {
        let rule = Rule::Custom("be something that a form can carry".into());
        let parameter = if refused.parameter.is_empty() { ALL } else { &refused.parameter };
        violations.push(parameter, rule, &*refused.found);
    }
    if written.parameters > MAX_FORM_PARAMETERS {
        let rule = Rule::MaxCount(MAX_FORM_PARAMETERS);
        violations.push(ALL, rule, written.parameters.to_string());
    }
}

/// One JSON object of the token and the parameters. Of no use when a violation was found.
///
/// The token is written before the parameters' own object, which then loses its opening brace:
/// `{"api_token":"…"` and `{"ticket_id":1}` become one object without a copy.
fn json(token: &str, parameters: &impl Serialize, violations: &mut Violations) -> ZeroizingBuffer {
    let mut bytes = ZeroizingBuffer::with_capacity(256);
    bytes.extend_from_slice(b"{\"api_token\":");
    let written = serde_json::to_writer(&mut bytes, token);
    let joint = bytes.len();
    let written = written.and_then(|()| serde_json::to_writer(&mut bytes, parameters));
    let found = match (written, &bytes[joint..]) {
        // No parameters: an empty struct, with braces or without.
        (Ok(()), b"{}" | b"null") => {
            bytes.truncate(joint);
            bytes.push(b'}');
            return bytes;
        }
        (Ok(()), own @ [b'{', ..]) => {
            let may_have_token = str::from_utf8(own).is_ok_and(|own| own.contains(TOKEN));
            if may_have_token && has_token(parameters) {
                let rule = Rule::Custom("be left to the handle".into());
                violations.push("api_token", rule, "a parameter of that name");
            }
            bytes[joint] = b',';
            return bytes;
        }
        (Ok(()), _) => "a value without names".to_owned(),
        (Err(error), _) => shorten(&error.to_string()),
    };
    violations.push(ALL, Rule::Custom("be a JSON object of named parameters".into()), found);
    bytes
}

/// What a violation of no single parameter names.
pub(crate) const ALL: &str = "(all)";

const TOKEN: &str = "\"api_token\"";

/// Whether a parameter, and not some text in one, is called as the token is.
fn has_token(parameters: &impl Serialize) -> bool {
    names(parameters).iter().any(|name| name == "api_token")
}
