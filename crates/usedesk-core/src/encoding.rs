//! From an operation's parameters to the bytes on the wire.

use serde::Serialize;

use crate::body::Body;
use crate::text::shorten;
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

/// The names under which `parameters` are written.
pub(crate) fn names(parameters: &impl Serialize) -> Vec<String> {
    form::names(parameters)
}

/// The form, which is the query too. Of no use when a violation was found.
pub(crate) fn form(
    token: &str,
    parameters: &impl Serialize,
    violations: &mut Violations,
) -> Vec<u8> {
    let form = form::encode(token, parameters);
    for refused in form.refused {
        let rule = Rule::Custom("be something that a form can carry".into());
        let parameter = if refused.parameter.is_empty() { ALL.into() } else { refused.parameter };
        violations.push(parameter, rule, refused.found);
    }
    if form.parameters > MAX_FORM_PARAMETERS {
        let rule = Rule::MaxCount(MAX_FORM_PARAMETERS);
        violations.push(ALL, rule, form.parameters.to_string());
    }
    form.bytes
}

/// One JSON object of the token and the parameters. Of no use when a violation was found.
///
/// The token is written before the parameters' own object, which then loses its opening brace:
/// `{"api_token":"…"` and `{"ticket_id":1}` become one object without a copy.
fn json(token: &str, parameters: &impl Serialize, violations: &mut Violations) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
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
