//! Additional fields: `field_id` with `field_value`, and nested lists in `lists`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::parameters::{self, Parameters};
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, Field, FieldKind, Ticket};

/// Limit on `field_id`, in characters.
const IDS_LIMIT: usize = 255;
/// Limit on each text, in characters.
const TEXT_LIMIT: usize = 255;

/// Sets fields by position: `field_id=31;32` with `field_value=Riga;true`.
pub(super) fn set_plain(
    desk: &Desk,
    parameters: Parameters<'_>,
    ticket: &mut Ticket,
) -> Result<(), ApiError> {
    let ids = parameters.short_text("field_id", IDS_LIMIT)?;
    let values = parameters.text("field_value")?;
    let (ids, values) = match (&ids, &values) {
        (None, None) => return Ok(()),
        (Some(_), None) => return Err(parameters::missing("field_value")),
        (None, Some(_)) => return Err(parameters::missing("field_id")),
        (Some(ids), Some(values)) => (ids.split(';'), values.split(';')),
    };
    let (id_count, value_count) = (ids.clone().count(), values.clone().count());
    if id_count != value_count {
        let text = format!("field_id has {id_count} items, field_value has {value_count}");
        return Err(ErrorCode::FieldCounts.error(text));
    }
    for (id, value) in ids.zip(values) {
        let field = desk.known_field(parameters::number("field_id", &id.into())?)?;
        let value = plain_value(field, value)?;
        if value.is_empty() {
            ticket.fields.remove(&field.id);
        } else {
            ticket.fields.insert(field.id, value);
        }
    }
    Ok(())
}

/// Checks a value and converts it to its stored form.
fn plain_value(field: &Field, value: &str) -> Result<String, ApiError> {
    match field.kind {
        FieldKind::Text => {
            parameters::check_length("a value in field_value", value, TEXT_LIMIT)?;
            Ok(value.to_owned())
        }
        FieldKind::List => Ok(field.option(value)?.id.to_string()),
        FieldKind::Checkbox if value == "1" => Ok("true".to_owned()),
        FieldKind::Checkbox if matches!(value, "true" | "false") => Ok(value.to_owned()),
        FieldKind::Checkbox => {
            let text = format!("the checkbox {} is neither true nor false", field.id);
            Err(ErrorCode::BadCheckbox.error(text))
        }
        FieldKind::Nested => {
            let text = format!("the additional field {} is a nested list: use lists", field.id);
            Err(ErrorCode::WrongFieldKind.error(text))
        }
    }
}

/// Sets nested lists: `lists[0][id]=71&lists[0][value]=9`, parent levels first.
pub(super) fn set_nested(
    desk: &Desk,
    parameters: Parameters<'_>,
    ticket: &mut Ticket,
) -> Result<(), ApiError> {
    // The options of the levels so far; `None` for a cleared level.
    let mut chosen = BTreeMap::new();
    for (name, level) in parameters.list("lists")? {
        let (id_name, id) = parameters::member(&name, level, "id")?;
        let (value_name, value) = parameters::member(&name, level, "value")?;
        let field = desk.known_field(parameters::number(&id_name, id)?)?;
        if field.kind != FieldKind::Nested {
            let text = format!("the additional field {} is not a nested list", field.id);
            return Err(ErrorCode::WrongFieldKind.error(text));
        }
        let option = match value {
            Value::Null => None,
            value => match parameters::text(&value_name, value)?.as_ref() {
                "" | "null" => None,
                value => Some(choose(field, value, &chosen)?),
            },
        };
        match option {
            Some(option) => ticket.fields.insert(field.id, option.to_string()),
            // Levels below are not cleared.
            None => ticket.fields.remove(&field.id),
        };
        chosen.insert(field.id, option);
    }
    Ok(())
}

/// Returns the id of an option, if it belongs to the chosen parent.
fn choose(
    field: &Field,
    value: &str,
    chosen: &BTreeMap<u64, Option<u64>>,
) -> Result<u64, ApiError> {
    let option = field.option(value)?;
    if let Some(parent) = field.parent {
        let Some(above) = chosen.get(&parent) else {
            let text = format!("level {} needs level {parent} before it in lists", field.id);
            return Err(ErrorCode::ParentMissing.error(text));
        };
        if *above != option.parent {
            let text =
                format!("option {value} does not belong to what was chosen in level {parent}");
            return Err(ErrorCode::WrongParent.error(text));
        }
    }
    Ok(option.id)
}
