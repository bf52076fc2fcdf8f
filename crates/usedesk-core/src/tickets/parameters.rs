//! Limits and parameters of creating and updating tickets.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_with::{NoneAsEmptyString, serde_as};

use crate::ids::{ClientId, FieldId, OptionId};
use crate::tickets::FieldValue;
use crate::violations::{AsNumber, Rule, Violations};

/// Limit for a subject, in characters. Documented for creating a ticket (51378), not for updating
/// one.
pub const MAX_SUBJECT: usize = 255;

/// Limit for the joined tags of a request, in characters (51378, 51379).
pub const MAX_TAGS: usize = 255;

/// Limit for a priority or a type, in characters (51378, 51379).
pub const MAX_WORD: usize = 10;

/// Limit for the joined ids of additional fields, in characters (51378, 51379): about 36 ids of six
/// digits.
pub const MAX_FIELD_IDS: usize = 255;

/// Limit for the text of an additional field, in characters (51378, 51379).
pub const MAX_FIELD_TEXT: usize = 255;

/// Limit for the message of a ticket or a comment, in characters. Documented as about 64 KB (51378,
/// 51381), without the unit: the server may reject shorter ones.
pub const MAX_MESSAGE: usize = 65_535;

/// Limit for the name, e-mail address, phone number and company of a client, in characters (51378).
pub const MAX_CLIENT_TEXT: usize = 255;

/// Limit for an external id, in characters (51378).
pub const MAX_ADDITIONAL_ID: usize = 255;

/// The largest id of an assignee, a group or a rule. Documented as 32 bits (51378), without saying
/// whether they are signed. This is the unsigned limit, so the server may reject smaller ids.
pub const MAX_32_BIT_ID: u64 = u32::MAX as u64;

/// The client of a new ticket, in the parameter `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum TicketClient {
    Existing(ClientId),
    New(NewClient),
}

impl TicketClient {
    pub(crate) const NEW: Self = Self::New(NewClient::Word);
}

impl AsNumber for TicketClient {
    fn as_number(&self) -> Option<u64> {
        match self {
            Self::Existing(id) => id.as_number(),
            Self::New(_) => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum NewClient {
    #[serde(rename = "new_client")]
    Word,
}

/// One level of a nested list, in the parameter `lists`.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ListLevel {
    id: FieldId,
    #[serde_as(as = "NoneAsEmptyString")]
    value: Option<OptionId>,
}

impl ListLevel {
    pub(crate) fn chosen(id: FieldId, option: OptionId) -> Self {
        Self { id, value: Some(option) }
    }

    pub(crate) fn cleared(id: FieldId) -> Self {
        Self { id, value: None }
    }
}

/// Checks the parameter `tag`, which joins all tags.
pub(crate) fn check_tags(tags: &[String], violations: &mut Violations) {
    for (position, tag) in tags.iter().enumerate() {
        violations.check_not_empty(format_args!("tag[{position}]"), tag);
        violations.check_without(format_args!("tag[{position}]"), tag, ',');
    }
    violations.check_joined_length("tag", tags, ", ", MAX_TAGS);
}

/// Checks `field_id` and `field_value`, which are paired by position, and `lists`.
pub(crate) fn check_fields(
    ids: &[FieldId],
    values: &[FieldValue],
    lists: &[ListLevel],
    violations: &mut Violations,
) {
    violations.check_ids("field_id", ids);
    violations.check_joined_length("field_id", ids, ";", MAX_FIELD_IDS);
    for (id, value) in ids.iter().zip(values) {
        match value {
            FieldValue::Text(text) => {
                violations.check_length(
                    format_args!("field_value[{id}]"),
                    text,
                    0..=MAX_FIELD_TEXT,
                );
                violations.check_without(format_args!("field_value[{id}]"), text, ';');
            }
            FieldValue::Checkbox(_) => {}
            FieldValue::Option(option) => {
                violations.check_id(format_args!("field_value[{id}]"), option);
            }
        }
    }
    for level in lists {
        violations.check_id("lists", level.id);
        violations.check_id(format_args!("lists[{}]", level.id), level.value);
    }
    let mut seen = BTreeSet::new();
    let ids = ids.iter().map(|id| ("field_id", *id));
    for (parameter, id) in ids.chain(lists.iter().map(|level| ("lists", level.id))) {
        if !seen.insert(id) {
            violations.push(
                format_args!("{parameter}[{id}]"),
                Rule::Unique,
                "the same field again",
            );
        }
    }
}
