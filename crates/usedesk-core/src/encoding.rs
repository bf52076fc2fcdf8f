//! From an operation's parameters to the bytes on the wire.

use serde::Serialize;

use crate::body::Body;
use crate::violations::{Rule, Violations};

mod escape;
mod form;

/// The most parameters PHP reads from a form or a query; the rest is dropped without a word.
///
/// It is the default of PHP's `max_input_vars`, a limit of ours: the documentation has none.
pub const MAX_FORM_PARAMETERS: usize = 1_000;

/// How a request body is written. Chosen per handle.
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

impl Encoding {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }

    /// Writes the token and then the parameters; what cannot be written is a violation.
    ///
    /// The same input gives the same bytes.
    pub(crate) fn encode(
        self,
        token: &str,
        parameters: &impl Serialize,
        violations: &mut Violations,
    ) -> Body {
        let bytes = match self {
            Self::Form => form(token, parameters, violations),
            Self::Json => json(token, parameters, violations),
        };
        bytes.into()
    }
}

/// `text` as a form spells it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = Vec::with_capacity(text.len());
    escape::escape_into(&mut escaped, text.as_bytes());
    String::from_utf8_lossy(&escaped).into_owned()
}

/// The form, which is the query too. Empty when a violation was found.
pub(crate) fn form(
    token: &str,
    parameters: &impl Serialize,
    violations: &mut Violations,
) -> Vec<u8> {
    match form::encode(token, parameters) {
        Ok(form) if form.parameters <= MAX_FORM_PARAMETERS => return form.bytes,
        Ok(form) => violations.push(
            "(all)",
            Rule::MaxCount(MAX_FORM_PARAMETERS),
            form.parameters.to_string(),
        ),
        Err(error) => violations.push(
            error.parameter,
            Rule::Custom("be something that a form can carry".into()),
            error.found,
        ),
    }
    Vec::new()
}

/// One JSON object of the token and the parameters.
///
/// The token is written before the parameters' own object, which then loses its opening brace:
/// `{"api_token":"…"` and `{"ticket_id":1}` become one object without a copy.
fn json(token: &str, parameters: &impl Serialize, violations: &mut Violations) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend_from_slice(b"{\"api_token\":");
    let written = serde_json::to_writer(&mut bytes, token);
    let joint = bytes.len();
    let found = match written.and_then(|()| serde_json::to_writer(&mut bytes, parameters)) {
        Ok(()) if bytes[joint..] == *b"{}" => {
            bytes.remove(joint);
            return bytes;
        }
        Ok(()) if bytes[joint] == b'{' => {
            bytes[joint] = b',';
            return bytes;
        }
        Ok(()) => "a value without names".to_owned(),
        Err(error) => error.to_string(),
    };
    violations.push("(all)", Rule::Custom("be a JSON object of named parameters".into()), found);
    Vec::new()
}
