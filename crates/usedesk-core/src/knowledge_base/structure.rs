//! Get the sections and categories.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{ArticleId, CategoryId, KnowledgeBaseId, SectionId};
use crate::knowledge_base::Rating;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Reads the sections of a knowledge base, their categories and the titles of the articles in them:
/// `GET /support/{account_id}/list`, article 51398.
///
/// Everything comes at once, there are no pages, in the order it has in Usedesk. The texts of the
/// articles come with [`ListArticles`](super::ListArticles) and [`GetArticle`](super::GetArticle).
///
/// The token is in the URL, since the method is a GET: HTTP libraries may write URLs into their
/// debug logs.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when the id is out of range, and
/// with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the list; how it
/// answers for an unknown knowledge base is not documented. Reading changes nothing.
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
    /// The structure of this knowledge base (`account_id`, in the path).
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
        violations.check_id("account_id", self.account_id.0);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.list()
    }
}

/// A section of a knowledge base (the API also says collection).
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Section {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: SectionId,
    /// Its title.
    pub title: String,
    /// Whether everybody can see it.
    pub public: Option<bool>,
    /// Its place among the sections. Several may have the same.
    pub order: u64,
    /// Where its image is.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub image: Option<String>,
    /// Its categories.
    pub categories: Rows<Category>,
}

/// A category of a section.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Category {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: CategoryId,
    /// Its title.
    pub title: String,
    /// What it is about. The Russian page and public clients have it, the English page does not.
    pub description: Option<String>,
    /// Whether everybody can see it.
    pub public: Option<bool>,
    /// Its place among the categories of the section.
    pub order: u64,
    /// Its articles.
    pub articles: Rows<ArticleSummary>,
}

/// An article, without its text.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArticleSummary {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// How often it was viewed.
    pub views: u64,
    /// How it was rated, where the server says.
    pub rating: Option<Rating>,
}
