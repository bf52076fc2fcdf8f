//! `/ticket/fields`: lists the additional fields and their options (EN 51411, RU 49527).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::{Desk, Field};

const CREATED_AT: &str = "2026-01-12 10:00:00";

#[expect(clippy::unnecessary_wraps, reason = "all methods have this signature")]
pub(super) fn act(desk: &mut Desk, _: Parameters<'_>) -> Result<Value, ApiError> {
    let fields = (1_u64..).zip(&desk.fields);
    Ok(fields.map(|(place, field)| show_field(desk.company_id, place, field)).collect())
}

fn show_field(company_id: u64, place: u64, field: &Field) -> Value {
    let options = (1_u64..).zip(&field.options).map(|(order, option)| {
        json!({
            "id": option.id,
            "ticket_field_id": field.id,
            "value": option.value,
            "parent_option_id": Vec::from_iter(option.parent),
            "order": order,
            "created_at": CREATED_AT,
            "updated_at": CREATED_AT,
        })
    });
    json!({
        "custom_field": {
            "id": field.id,
            "company_id": company_id,
            "ticket_field_type_id": field.kind as u64,
            "name": field.name,
            "value": null,
            "required": 0,
            "add_tag": 0,
            "add_filter": 0,
            "sort": place,
            "active": 1,
            "hidden": 0,
            "api": 0,
            "deleted": 0,
            "parent_field_id": field.parent,
            "mask": "",
            "ticket_interface": 1,
            "created_at": CREATED_AT,
            "updated_at": CREATED_AT,
        },
        "field_options": options.collect::<Vec<_>>(),
    })
}
