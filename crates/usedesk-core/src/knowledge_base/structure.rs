//! Reading the sections and categories.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{ArticleId, CategoryId, KnowledgeBaseId, SectionId};
use crate::knowledge_base::ArticleRating;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Reads the sections of a knowledge base, their categories and the titles of the articles in them:
/// `GET /support/{account_id}/list`, article 51398.
///
/// The response has everything, in Usedesk's order; there is no pagination.
/// [`ListArticles`](super::ListArticles) and [`GetArticle`](super::GetArticle) return the texts of
/// articles.
///
/// The token is in the URL, since this is a GET request, so debug logs of HTTP libraries may
/// contain it.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if the id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. The
/// response for an unknown knowledge base is not documented. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::knowledge_base::GetStructure;
///
/// let get = GetStructure::new(2);
/// # let _ = get;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetStructure {
    #[serde(skip)]
    account_id: KnowledgeBaseId,
}

impl GetStructure {
    /// Creates a request for the structure of this knowledge base: `account_id`, in the path.
    pub fn new(knowledge_base: impl Into<KnowledgeBaseId>) -> Self {
        Self { account_id: knowledge_base.into() }
    }
}

impl Operation for GetStructure {
    type Output = Rows<Section>;

    const NAME: &'static str = "kb_list_structure";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        format!("/support/{}/list", self.account_id).into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("account_id", self.account_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

/// A section of a knowledge base, which the API also calls a collection.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Section {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: SectionId,
    /// The title.
    pub title: String,
    /// Whether the section is public.
    pub public: Option<bool>,
    /// The position among the sections. Several may have the same.
    pub order: u64,
    /// The URL of the image.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub image: Option<String>,
    /// The categories.
    pub categories: Rows<Category>,
}

/// A category of a section.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Category {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: CategoryId,
    /// The title.
    pub title: String,
    /// The description. Only on the Russian page, and seen in public clients.
    pub description: Option<String>,
    /// Whether the category is public.
    pub public: Option<bool>,
    /// The position among the categories of the section.
    pub order: u64,
    /// The articles.
    pub articles: Rows<ArticleSummary>,
}

/// An article without its text.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArticleSummary {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: ArticleId,
    /// The title.
    pub title: String,
    /// The number of views.
    pub views: u64,
    /// The ratings, if the server returns them.
    pub rating: Option<ArticleRating>,
}
