//! `/support/{account_id}/articles/{id}`: one article (EN 51400, RU 49516).

use serde_json::Value;

use super::show_article;
use crate::desk::Desk;
use crate::methods::parameters::Parameters;
use crate::refusal::{ErrorCode, Refusal};

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, Refusal> {
    let base = desk.known_knowledge_base(parameters.required_number("account_id")?)?;
    let id = parameters.required_number("id")?;
    let placed = base.placed().find(|placed| placed.article.id == id);
    placed
        .map(show_article)
        .ok_or_else(|| ErrorCode::UnknownArticle.because(format_args!("there is no article {id}")))
}
