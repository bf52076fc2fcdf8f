//! Listing and searching the articles.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::formats::CommaSeparator;
use serde_with::{BoolFromInt, StringWithSeparator, serde_as, skip_serializing_none};

use crate::decode::lenient::{self, RowByRow};
use crate::decode::{RawResponse, ResponseError, Rows, open_enum};
use crate::ids::{ArticleId, CategoryId, KnowledgeBaseId, SectionId};
use crate::knowledge_base::Article;
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::pagination::{Order, Paged};
use crate::violations::{Rule, Violations};

/// Default number of articles on a page (51399).
pub const DEFAULT_COUNT: usize = 20;

/// Limit for the number of articles on a page (51399).
pub const MAX_COUNT: usize = 100;

/// Lists the articles of a knowledge base with their texts, or searches them:
/// `GET /support/{account_id}/articles/list`, article 51399.
///
/// A page has [`DEFAULT_COUNT`] articles unless [`count`](Self::count) is set. Whether an article
/// must match all filters is not documented.
///
/// The token is in the URL, since this is a GET request, so debug logs of HTTP libraries may
/// contain it.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. The
/// response for an unknown knowledge base is not documented. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::knowledge_base::{ArticleType, ListArticles};
///
/// let search = ListArticles::new(2)
///     .query("refund")
///     .short_text()
///     .article_type(ArticleType::Public)
///     .sections([26, 38])
///     .count(100);
/// # let _ = search;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListArticles {
    #[serde(skip)]
    account_id: KnowledgeBaseId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, SectionId>")]
    collection_ids: Vec<SectionId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, CategoryId>")]
    category_ids: Vec<CategoryId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, ArticleId>")]
    article_ids: Vec<ArticleId>,
    count: Option<usize>,
    page: Option<u64>,
    query: Option<String>,
    #[serde_as(as = "Option<BoolFromInt>")]
    short_text: Option<bool>,
    r#type: Option<ArticleType>,
    sort: Option<ArticleSort>,
    order: Option<Order>,
}

impl ListArticles {
    /// Creates a request for all articles of this knowledge base, from the first page:
    /// `account_id`, in the path.
    pub fn new(knowledge_base: impl Into<KnowledgeBaseId>) -> Self {
        Self {
            account_id: knowledge_base.into(),
            collection_ids: Vec::new(),
            category_ids: Vec::new(),
            article_ids: Vec::new(),
            count: None,
            page: None,
            query: None,
            short_text: None,
            r#type: None,
            sort: None,
            order: None,
        }
    }

    /// Filters by section, and replaces such a filter: `collection_ids`. An empty list does not filter.
    pub fn sections<T: Into<SectionId>>(mut self, sections: impl IntoIterator<Item = T>) -> Self {
        self.collection_ids = sections.into_iter().map(Into::into).collect();
        self
    }

    /// Filters by category, and replaces such a filter: `category_ids`. An empty list does not filter.
    pub fn categories<T: Into<CategoryId>>(
        mut self,
        categories: impl IntoIterator<Item = T>,
    ) -> Self {
        self.category_ids = categories.into_iter().map(Into::into).collect();
        self
    }

    /// Filters by article, and replaces such a filter: `article_ids`. An empty list does not filter.
    pub fn articles<T: Into<ArticleId>>(mut self, articles: impl IntoIterator<Item = T>) -> Self {
        self.article_ids = articles.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the number of articles on a page: `count`, 1 to [`MAX_COUNT`].
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the first page, counted from 1: `page`.
    pub fn page(mut self, page: u64) -> Self {
        self.page = Some(page);
        self
    }

    /// Searches titles and texts for this text, at least one character: `query`.
    ///
    /// The server may put matches in `<b>`.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Requests shortened texts: `short_text`. Requires [`query`](Self::query): without it, the
    /// server returns whole texts.
    pub fn short_text(mut self) -> Self {
        self.short_text = Some(true);
        self
    }

    /// Filters by type: `type`. Without it, articles of both types are listed.
    ///
    /// A public article in a private section does not count as public.
    pub fn article_type(mut self, article_type: ArticleType) -> Self {
        self.r#type = Some(article_type);
        self
    }

    /// Sets the order: `sort` and `order`, by default by [id](ArticleSort::Id),
    /// [ascending](Order::Ascending).
    pub fn sort(mut self, by: ArticleSort, order: Order) -> Self {
        self.sort = Some(by);
        self.order = Some(order);
        self
    }
}

impl Operation for ListArticles {
    type Output = ArticleList;

    const NAME: &'static str = "kb_list_articles";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        format!("/support/{}/articles/list", self.account_id).into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("account_id", self.account_id);
        violations.check_ids("collection_ids", &self.collection_ids);
        violations.check_ids("category_ids", &self.category_ids);
        violations.check_ids("article_ids", &self.article_ids);
        violations.check_range("count", self.count.map(|count| count as u64), 1..=MAX_COUNT as u64);
        violations.check_range("page", self.page, 1..=MAX_ID);
        violations.check_not_empty("query", &self.query);
        if self.short_text.is_some() && self.query.is_none() {
            let rule = Rule::Custom("be combined with a query".into());
            violations.push("short_text", rule, "no query");
        }
        violations.check_not_empty("type", &self.r#type);
        violations.check_not_empty("sort", &self.sort);
        violations.check_not_empty("order", &self.order);
    }

    fn decode(response: &RawResponse<'_>) -> Result<ArticleList, ResponseError> {
        #[derive(Deserialize)]
        struct RetainedRows {
            articles: RowByRow<Article>,
        }

        let mut list: ArticleList = response.json()?;
        if !list.articles.errors.is_empty() {
            let RetainedRows { articles: RowByRow(articles) } = response.json()?;
            list.articles = response.redacted(articles);
        }
        Ok(list)
    }
}

impl Paged for ListArticles {
    type Item = Article;

    fn page_number(&self) -> u64 {
        self.page.unwrap_or(1)
    }

    fn with_page(self, page: u64) -> Self {
        self.page(page)
    }

    fn last_page(list: &ArticleList) -> Option<u64> {
        list.last_page
    }

    fn into_items(list: ArticleList) -> Rows<Article> {
        list.articles
    }

    fn key(article: &Article) -> u64 {
        article.id.0
    }
}

open_enum! {
    /// The type of an article: who can see it.
    pub enum ArticleType {
        /// `public`: everyone can see the article.
        Public = "public",
        /// `private`
        Private = "private",
    }
}

open_enum! {
    /// The sort key of a list of articles.
    pub enum ArticleSort {
        /// `id`
        Id = "id",
        /// `title`
        Title = "title",
        /// `category_id`
        CategoryId = "category_id",
        /// `public`: by who can see the article.
        Public = "public",
        /// `created_at`
        CreatedAt = "created_at",
    }
}

/// A page of articles.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArticleList {
    /// The number of this page.
    pub page: Option<u64>,
    /// The number of the last page (`last-page` on the wire).
    #[serde(rename = "last-page")]
    pub last_page: Option<u64>,
    /// The number of articles on a page.
    pub count: u64,
    /// The number of articles on all pages (`total-count` on the wire).
    #[serde(rename = "total-count")]
    pub total_count: u64,
    /// The articles of this page.
    #[serde_with(skip_apply)]
    pub articles: Rows<Article>,
}
