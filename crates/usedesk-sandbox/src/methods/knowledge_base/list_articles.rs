//! `/support/{account_id}/articles/list`: lists or searches articles by pages (EN 51399).

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{search, show_article};
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, PlacedArticle};
use crate::methods::parameters::{self, Parameters};

const DEFAULT_COUNT: u64 = 20;
const COUNT_LIMIT: u64 = 100;
const TYPES: &[&str] = &["public", "private"];
const SORTS: &[&str] = &["id", "title", "category_id", "public", "created_at"];
const ORDERS: &[&str] = &["asc", "desc"];
/// Length of a text with `short_text`, in characters.
const SHORT_TEXT: usize = 100;

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, ApiError> {
    let base = desk.known_knowledge_base(parameters.required_number("account_id")?)?;
    let sections = ids(parameters, "collection_ids")?;
    let categories = ids(parameters, "category_ids")?;
    let articles = ids(parameters, "article_ids")?;
    let count = counting_from_1(parameters, "count")?.unwrap_or(DEFAULT_COUNT);
    if count > COUNT_LIMIT {
        let text = format!("count is {count}, the limit is {COUNT_LIMIT}");
        return Err(ErrorCode::OutOfRange.error(text));
    }
    let page = counting_from_1(parameters, "page")?.unwrap_or(1);
    let query = parameters.text("query")?.filter(|query| !query.is_empty());
    let is_short = parameters.flag("short_text")?;
    let kind = parameters.word("type", TYPES, ErrorCode::UnknownListing)?;
    let sort = parameters.word("sort", SORTS, ErrorCode::UnknownListing)?.unwrap_or("id");
    let order = parameters.word("order", ORDERS, ErrorCode::UnknownListing)?.unwrap_or("asc");

    let is_in = |ids: &[u64], id| ids.is_empty() || ids.contains(&id);
    let mut found: Vec<_> = base
        .placed_articles()
        .filter(|placed| {
            is_in(&sections, placed.section.id)
                && is_in(&categories, placed.category.id)
                && is_in(&articles, placed.article.id)
                && kind.is_none_or(|kind| placed.is_public() == (kind == "public"))
                && query.as_ref().is_none_or(|query| {
                    let texts = [&placed.article.title, &placed.article.text];
                    texts.iter().any(|text| search::mark(text, query).is_some())
                })
        })
        .collect();
    found.sort_by(|one, other| {
        // Ties are sorted by id, in the same direction.
        let ordering = compare(sort, *one, *other).then(compare("id", *one, *other));
        if order == "asc" { ordering } else { ordering.reverse() }
    });

    let total = found.len() as u64;
    let skipped = usize::try_from((page - 1).saturating_mul(count)).unwrap_or(usize::MAX);
    let shown = found.into_iter().skip(skipped).zip(0..count).map(|(placed, _)| {
        let mut shown = show_article(placed);
        if let Some(query) = &query {
            let mark = |text: &str| search::mark(text, query).unwrap_or_else(|| text.to_owned());
            shown["title"] = mark(&placed.article.title).into();
            shown["text"] = if is_short {
                mark(&search::shorten(&placed.article.text, SHORT_TEXT)).into()
            } else {
                mark(&placed.article.text).into()
            };
        }
        shown
    });
    Ok(json!({
        "page": page,
        "last-page": total.div_ceil(count).max(1),
        "count": count,
        "total-count": total,
        "articles": shown.collect::<Vec<_>>(),
    }))
}

/// Reads comma-separated ids; empty means no filter.
fn ids(parameters: Parameters<'_>, name: &str) -> Result<Vec<u64>, ApiError> {
    let joined = parameters.text(name)?.unwrap_or_default();
    let ids = parameters::comma_separated(&joined);
    ids.map(|id| parameters::number(name, &id.into())).collect()
}

fn counting_from_1(parameters: Parameters<'_>, name: &str) -> Result<Option<u64>, ApiError> {
    match parameters.number(name)? {
        Some(0) => Err(ErrorCode::OutOfRange.error(format_args!("{name} must be at least 1"))),
        number => Ok(number),
    }
}

fn compare(sort: &str, one: PlacedArticle<'_>, other: PlacedArticle<'_>) -> Ordering {
    match sort {
        "title" => one.article.title.cmp(&other.article.title),
        "category_id" => one.category.id.cmp(&other.category.id),
        "public" => one.article.public.cmp(&other.article.public),
        "created_at" => one.article.created_at.cmp(&other.article.created_at),
        _ => one.article.id.cmp(&other.article.id),
    }
}
