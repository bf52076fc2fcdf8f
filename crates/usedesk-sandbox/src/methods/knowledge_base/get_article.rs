//! `/support/{account_id}/articles/{id}`: returns an article (EN 51400, RU 49516).

use serde_json::Value;

use super::show_article;
use crate::api_error::ApiError;
use crate::desk::Desk;
use crate::methods::parameters::Parameters;

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, ApiError> {
    let base = parameters.required_number("account_id")?;
    Ok(show_article(desk.known_placed_article(base, parameters.required_number("id")?)?))
}
