//! `/support/{account_id}/list`: lists sections, categories and article titles (EN 51398).

use serde_json::{Value, json};

use super::show_rating;
use crate::api_error::ApiError;
use crate::desk::{Category, Desk, KnowledgeBase};
use crate::methods::parameters::Parameters;

pub(in crate::methods) fn act(
    desk: &mut Desk,
    parameters: Parameters<'_>,
) -> Result<Value, ApiError> {
    let base = &*desk.known_knowledge_base(parameters.required_number("account_id")?)?;
    let sections = (1_u64..).zip(&base.sections).map(|(order, section)| {
        let categories = (1_u64..).zip(base.categories_of(section));
        let categories = categories.map(|(order, category)| show_category(base, order, category));
        json!({
            "id": section.id,
            "title": section.title,
            "public": u8::from(section.public),
            "order": order,
            "image": section.image,
            "categories": categories.collect::<Vec<_>>(),
        })
    });
    Ok(sections.collect())
}

fn show_category(base: &KnowledgeBase, order: u64, category: &Category) -> Value {
    let articles = base.articles_of(category).map(|article| {
        json!({
            "id": article.id,
            "title": article.title,
            "views": article.views,
            "rating": show_rating(article),
        })
    });
    json!({
        "id": category.id,
        "title": category.title,
        "description": category.description,
        "public": u8::from(category.public),
        "order": order,
        "articles": articles.collect::<Vec<_>>(),
    })
}
