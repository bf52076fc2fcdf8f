//! The methods of the knowledge base, below `/support/{account_id}` (EN 51398 to 51402).

pub(super) mod add_views;
pub(super) mod change_rating;
pub(super) mod get_article;
pub(super) mod list_articles;
pub(super) mod list_structure;
mod search;

use serde_json::{Value, json};

use crate::desk::{Article, PlacedArticle};

fn show_article(placed: PlacedArticle<'_>) -> Value {
    let PlacedArticle { article, category, section, order } = placed;
    json!({
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "public": u8::from(article.public),
        "order": order,
        "is_rating": 1,
        "rating": show_rating(article),
        "category_id": category.id,
        "category_title": category.title,
        "collection_id": section.id,
        "collection_title": section.title,
        "collection_image": section.image,
        "views": article.views,
        "created_at": article.created_at,
    })
}

fn show_rating(article: &Article) -> Value {
    json!({ "positive": article.positive, "negative": article.negative })
}
