//! What creating a ticket and changing one have in common.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use serde_with::{SerializeAs, serde_as};

use crate::encode::{CommaAndSpace, Joined, Semicolon};
use crate::ids::{FieldId, OptionId};
use crate::tickets::{FieldValue, TicketStatus};
use crate::violations::{Rule, Violations};

/// The longest subject, in characters. Documented for creating a ticket (51378); the page of
/// changing one gives none.
pub const MAX_SUBJECT: usize = 255;

/// The longest string of all tags together, in characters (51378, 51379).
pub const MAX_TAGS: usize = 255;

/// The longest word for priority and type, in characters (51378, 51379).
pub const MAX_WORD: usize = 10;

/// The longest string of all additional-field ids together, in characters (51378, 51379): about
/// 36 ids of six digits.
pub const MAX_FIELD_IDS: usize = 255;

/// The longest text of an additional field, in characters (51378, 51379).
pub const MAX_FIELD_TEXT: usize = 255;

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

/// Checks `tag`, which joins all of them.
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
    // To compare each with those before it costs less than a set, unless there are many.
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
