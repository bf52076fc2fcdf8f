//! `/tags`: lists the tags of all tickets in pages of 100 (EN 51382).

use serde_json::{Value, json};

use super::listing::{self, Page};
use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::Desk;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let page = Page::read(parameters)?;
    let query = parameters.text("query")?.unwrap_or_default();
    let found =
        (1_u64..).zip(&desk.tags).filter(|(_, tag)| listing::contains_ignoring_case(tag, &query));
    let rows = page.of(found).map(|(id, tag)| {
        json!({
            "ticket_tag_id": id,
            "tag_company_id": desk.company_id,
            "name": tag,
            "ticket_count": desk.tickets.iter().filter(|ticket| ticket.tags.contains(tag)).count(),
        })
    });
    Ok(rows.collect())
}
