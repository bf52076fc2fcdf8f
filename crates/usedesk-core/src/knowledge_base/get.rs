//! Get an article.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ArticleId, CategoryId, KnowledgeBaseId, SectionId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Reads one article of a knowledge base: `GET /support/{account_id}/articles/{id}`, articles 51400
/// (English) and 49516 (Russian).
///
/// The token is in the URL, since the method is a GET: HTTP libraries may write URLs into their
/// debug logs.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when an id is out of range, and
/// with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the article. How it
/// answers for an unknown one is not documented; for an empty answer
/// [`Error::is_not_found`](crate::Error::is_not_found) is true. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::knowledge_base::GetArticle;
///
/// let get = GetArticle::new(2, 34);
/// # let _ = get;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetArticle {
    #[serde(skip)]
    account_id: KnowledgeBaseId,
    #[serde(skip)]
    id: ArticleId,
}

impl GetArticle {
    /// This article of this knowledge base (`account_id` and `id`, in the path).
    pub fn new(knowledge_base: impl Into<KnowledgeBaseId>, article: impl Into<ArticleId>) -> Self {
        Self { account_id: knowledge_base.into(), id: article.into() }
    }
}

impl Operation for GetArticle {
    type Output = Article;

    const NAME: &'static str = "kb_get_article";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        format!("/support/{}/articles/{}", self.account_id, self.id).into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("account_id", self.account_id.0);
        violations.check_id("id", self.id.0);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<Article, ResponseError> {
        answer.found("article")
    }
}

/// An article of a knowledge base.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Article {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: ArticleId,
    /// Its title. Where it was found by [`query`](super::ListArticles::query), it may have `<b>`
    /// around what was found.
    pub title: String,
    /// Its text, in HTML: clean it before you show it. Where it was found by
    /// [`query`](super::ListArticles::query), it may have `<b>` around what was found, and be
    /// [shortened](super::ListArticles::short_text).
    pub text: String,
    /// Whether everybody can see it.
    pub public: Option<bool>,
    /// Its place among the articles of the category.
    pub order: u64,
    /// A flag whose meaning is not documented; by its name, whether the article can be rated.
    pub is_rating: Option<bool>,
    /// How it was rated, where the server says.
    pub rating: Option<Rating>,
    /// The category it is in.
    pub category_id: Option<CategoryId>,
    /// The category's title.
    pub category_title: Option<String>,
    /// The section it is in (`collection_id` on the wire).
    #[serde(rename = "collection_id")]
    pub section_id: Option<SectionId>,
    /// The section's title (`collection_title` on the wire). Only the Russian page has it.
    #[serde(rename = "collection_title")]
    pub section_title: Option<String>,
    /// Where the section's image is (`collection_image` on the wire).
    #[serde_with(skip_apply)]
    #[serde(default, rename = "collection_image", deserialize_with = "lenient::text_unless_zero")]
    pub section_image: Option<String>,
    /// How often it was viewed.
    pub views: u64,
    /// When it was created.
    pub created_at: Option<DateTime>,
}

/// How an article was rated.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rating {
    /// How often as good.
    pub positive: u64,
    /// How often as bad.
    pub negative: u64,
}

lenient::objects!(Rating);
