//! Reading an article.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::date_time::UtcDateTime;
use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ArticleId, CategoryId, KnowledgeBaseId, SectionId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Reads one article of a knowledge base: `GET /support/{account_id}/articles/{id}`, articles 51400
/// (English) and 49516 (Russian).
///
/// The token is in the URL, since this is a GET request, so debug logs of HTTP libraries may
/// contain it.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. The
/// response for an unknown article is not documented; if it is empty,
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
    /// Creates a request for this article of this knowledge base: `account_id` and `id`, in the
    /// path.
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
        violations.check_id("account_id", self.account_id);
        violations.check_id("id", self.id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Article, ResponseError> {
        response.found("article")
    }
}

/// An article of a knowledge base.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Article {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: ArticleId,
    /// The title. A [`query`](super::ListArticles::query) may put matches in `<b>`.
    pub title: String,
    /// The text, in HTML: sanitize it before you show it. A [`query`](super::ListArticles::query)
    /// may put matches in `<b>` and [shorten](super::ListArticles::short_text) the text.
    pub text: String,
    /// Whether the article is public.
    pub public: Option<bool>,
    /// The position among the articles of the category.
    pub order: u64,
    /// Undocumented; by its name, whether the article can be rated.
    pub is_rating: Option<bool>,
    /// The ratings, if the server returns them.
    pub rating: Option<ArticleRating>,
    /// The category.
    pub category_id: Option<CategoryId>,
    /// The category's title.
    pub category_title: Option<String>,
    /// The section (`collection_id` on the wire).
    #[serde(rename = "collection_id")]
    pub section_id: Option<SectionId>,
    /// The section's title (`collection_title` on the wire). Only on the Russian page.
    #[serde(rename = "collection_title")]
    pub section_title: Option<String>,
    /// The URL of the section's image (`collection_image` on the wire).
    #[serde_with(skip_apply)]
    #[serde(default, rename = "collection_image", deserialize_with = "lenient::text_unless_zero")]
    pub section_image: Option<String>,
    /// The number of views.
    pub views: u64,
    /// When the article was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
}

/// The ratings of an article.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArticleRating {
    /// The number of positive ratings.
    pub positive: u64,
    /// The number of negative ratings.
    pub negative: u64,
}

lenient::objects!(ArticleRating);
