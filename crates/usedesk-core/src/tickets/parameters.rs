//! Limits and parameters of creating and updating tickets.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_with::{SerializeAs, serde_as};

use crate::encode::{CommaAndSpace, Joined, Semicolon};
use crate::ids::{FieldId, OptionId};
use crate::tickets::{FieldValue, TicketStatus};
use crate::violations::{Rule, Violations};

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
    Existing(crate::ids::ClientId),
    New(NewClient),
}

impl TicketClient {
    pub(crate) const NEW: Self = Self::New(NewClient::Word);
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
    #[serde_as(as = "OptionOrEmpty")]
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

/// An id as a string, and `None` as an empty string.
///
/// Like `NoneAsEmptyString`, but without formatting: a quarter of the instructions.
struct OptionOrEmpty;

impl SerializeAs<Option<OptionId>> for OptionOrEmpty {
    fn serialize_as<S: Serializer>(
        option: &Option<OptionId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match option {
            Some(id) => serializer.serialize_str(itoa::Buffer::new().format(id.0)),
            None => serializer.serialize_str(""),
        }
    }
}

pub(crate) fn check_status(status: Option<TicketStatus>, violations: &mut Violations) {
    violations.check_optional_id("status", status.map(TicketStatus::number));
}

/// Checks the parameter `tag`, which joins all tags.
pub(crate) fn check_tags(tags: &Joined<String, CommaAndSpace>, violations: &mut Violations) {
    for (position, tag) in tags.iter().enumerate() {
        let parameter = format_args!("tag[{position}]");
        if tag.is_empty() {
            violations.push(parameter, Rule::NotEmpty, "an empty text");
        }
        violations.check_without(parameter, tag, ',');
    }
    violations.check_length("tag", tags.text(), 0..=MAX_TAGS);
}

/// Checks `field_id` and `field_value`, which are paired by position, and `lists`.
pub(crate) fn check_fields(
    ids: &Joined<FieldId, Semicolon>,
    values: &Joined<FieldValue, Semicolon>,
    lists: &[ListLevel],
    violations: &mut Violations,
) {
    for id in ids {
        violations.check_id("field_id", id.0);
    }
    violations.check_length("field_id", ids.text(), 0..=MAX_FIELD_IDS);
    for (id, value) in ids.iter().zip(values.iter()) {
        let parameter = format_args!("field_value[{id}]");
        match value {
            FieldValue::Text(text) => {
                violations.check_length(parameter, text, 0..=MAX_FIELD_TEXT);
                violations.check_without(parameter, text, ';');
            }
            FieldValue::Checkbox(_) => {}
            FieldValue::Option(option) => violations.check_id(parameter, option.0),
        }
    }
    for level in lists {
        violations.check_id("lists", level.id.0);
        if let Some(option) = level.value {
            violations.check_id(format_args!("lists[{}]", level.id), option.0);
        }
    }
    check_unique(ids, lists, violations);
}

fn check_unique(ids: &[FieldId], lists: &[ListLevel], violations: &mut Violations) {
    // Comparing all pairs is cheaper than a set, unless there are many.
    let are_few = ids.len() + lists.len() <= 16;
    let mut seen = BTreeSet::new();
    let mut is_new = |id: FieldId, ids: &[FieldId], lists: &[ListLevel]| {
        if are_few {
            !ids.contains(&id) && lists.iter().all(|level| level.id != id)
        } else {
            seen.insert(id)
        }
    };
    let mut check = |parameter, id, ids_before, lists_before| {
        if !is_new(id, ids_before, lists_before) {
            let parameter = format_args!("{parameter}[{id}]");
            violations.push(parameter, Rule::Unique, "the same field again");
        }
    };
    for (position, id) in ids.iter().enumerate() {
        check("field_id", *id, &ids[..position], &[]);
    }
    for (position, level) in lists.iter().enumerate() {
        check("lists", level.id, ids, &lists[..position]);
    }
}
