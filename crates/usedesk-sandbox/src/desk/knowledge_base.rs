//! The knowledge base: sections of categories of articles.

use serde::{Deserialize, Serialize};

use super::now;

/// A knowledge base. Usedesk's parameters call a section a collection.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnowledgeBase {
    /// The `account_id` in paths.
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) sections: Vec<Section>,
    #[serde(default)]
    pub(crate) categories: Vec<Category>,
    #[serde(default)]
    pub(crate) articles: Vec<Article>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    pub(crate) id: u64,
    pub(crate) title: String,
    #[serde(default = "yes")]
    pub(crate) public: bool,
    #[serde(default)]
    pub(crate) image: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    pub(crate) id: u64,
    pub(crate) section: u64,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default = "yes")]
    pub(crate) public: bool,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Article {
    pub(crate) id: u64,
    pub(crate) category: u64,
    pub(crate) title: String,
    /// In HTML.
    pub(crate) text: String,
    #[serde(default = "yes")]
    pub(crate) public: bool,
    #[serde(default = "now")]
    pub(crate) created_at: String,
    #[serde(default)]
    pub(crate) views: u64,
    #[serde(default)]
    pub(crate) positive: u64,
    #[serde(default)]
    pub(crate) negative: u64,
}

fn yes() -> bool {
    true
}

/// An article with its category and section.
#[derive(Clone, Copy)]
pub(crate) struct PlacedArticle<'a> {
    pub(crate) article: &'a Article,
    pub(crate) category: &'a Category,
    pub(crate) section: &'a Section,
    /// The position in the category, starting at 1.
    pub(crate) order: usize,
}

impl PlacedArticle<'_> {
    /// Whether the article and both parents are public.
    pub(crate) fn is_public(self) -> bool {
        self.article.public && self.category.public && self.section.public
    }
}

impl KnowledgeBase {
    /// Iterates over all articles by section and category.
    pub(crate) fn placed_articles(&self) -> impl Iterator<Item = PlacedArticle<'_>> {
        self.sections.iter().flat_map(move |section| {
            self.categories_of(section).flat_map(move |category| {
                (1..).zip(self.articles_of(category)).map(move |(order, article)| PlacedArticle {
                    article,
                    category,
                    section,
                    order,
                })
            })
        })
    }

    pub(crate) fn categories_of(&self, section: &Section) -> impl Iterator<Item = &Category> {
        let id = section.id;
        self.categories.iter().filter(move |category| category.section == id)
    }

    pub(crate) fn articles_of(&self, category: &Category) -> impl Iterator<Item = &Article> {
        let id = category.id;
        self.articles.iter().filter(move |article| article.category == id)
    }
}
