//! `/support/{account_id}/articles/{id}/add-views`: adds views (EN 51401).

use serde_json::{Value, json};

use crate::api_error::ApiError;
use crate::desk::{Action, Desk};
use crate::methods::parameters::Parameters;

const DEFAULT_COUNT: u64 = 1;

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, ApiError> {
    let base = parameters.required_number("account_id")?;
    let id = parameters.required_number("id")?;
    let article = desk.known_article(base, id)?;
    let count = parameters.number("count")?.unwrap_or(DEFAULT_COUNT);
    article.views = article.views.saturating_add(count);
    let views = article.views;
    desk.note("article", id, Action::Changed);
    Ok(json!({ "res": 1, "views": views }))
}
