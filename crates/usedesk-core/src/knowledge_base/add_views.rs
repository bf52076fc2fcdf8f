//! Adding views to an article.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decode::lenient;
use crate::ids::{ArticleId, KnowledgeBaseId};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Adds views to an article:
/// `POST /support/{account_id}/articles/{id}/add-views`, article 51401.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id or the number is out of range
/// (nothing is sent), and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the
/// request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the views may have
/// been added, and sending the request again may add them twice.
///
/// # Examples
///
/// ```
/// use usedesk_core::knowledge_base::AddViews;
///
/// let one_more = AddViews::new(2, 34, 1);
/// # let _ = one_more;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct AddViews {
    #[serde(skip)]
    account_id: KnowledgeBaseId,
    #[serde(skip)]
    id: ArticleId,
    count: u64,
}

impl AddViews {
    /// Creates a request to add views, at least one, to this article of this knowledge base:
    /// `count`, and `account_id` and `id` in the path.
    ///
    /// For the server `count` is optional. Its default is not documented, so it is always sent.
    pub fn new(
        knowledge_base: impl Into<KnowledgeBaseId>,
        article: impl Into<ArticleId>,
        views: u64,
    ) -> Self {
        Self { account_id: knowledge_base.into(), id: article.into(), count: views }
    }
}

impl Operation for AddViews {
    type Output = ViewsAdded;

    const NAME: &'static str = "kb_add_views";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        format!("/support/{}/articles/{}/add-views", self.account_id, self.id).into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("account_id", self.account_id);
        violations.check_id("id", self.id);
        violations.check_range("count", self.count, 1..=MAX_ID);
    }
}

/// The number of views of an article.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ViewsAdded {
    /// Documented as a number of unknown meaning.
    pub res: Option<Value>,
    /// All views, including the added ones.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::number")]
    pub views: u64,
}
