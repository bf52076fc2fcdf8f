//! `/support/{account_id}/articles/{id}/change-rating`: adds ratings (EN 51402).

use serde_json::{Value, json};

use super::show_rating;
use crate::api_error::ApiError;
use crate::desk::{Action, Desk};
use crate::methods::parameters::Parameters;

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, ApiError> {
    let base = parameters.required_number("account_id")?;
    let id = parameters.required_number("id")?;
    let article = desk.known_article(base, id)?;
    let positive = parameters.number("count_positive")?.unwrap_or_default();
    let negative = parameters.number("count_negative")?.unwrap_or_default();
    article.positive = article.positive.saturating_add(positive);
    article.negative = article.negative.saturating_add(negative);
    let rating = show_rating(article);
    desk.note("article", id, Action::Changed);
    Ok(json!({ "rating": rating }))
}
