//! Add views to an article.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decode::lenient;
use crate::ids::{ArticleId, KnowledgeBaseId};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Adds to the number of times an article was viewed:
/// `POST /support/{account_id}/articles/{id}/add-views`, article 51401.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when an id or
/// the number is out of range, and with [`Refused`](crate::ErrorKind::Rejected) when the server does
/// not add the views. When it fails otherwise, they may have been added, and sending it again may
/// add them twice: [`Error::may_have_acted`](crate::Error::may_have_acted) tells.
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
    /// So many views more, at least one, of this article of this knowledge base (`count`; and
    /// `account_id` and `id`, in the path).
    ///
    /// The server takes the request without a `count` too; how many views that adds is not
    /// documented, so it is always sent.
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
        violations.check_id("account_id", self.account_id.0);
        violations.check_id("id", self.id.0);
        violations.check_range("count", self.count, 1..=MAX_ID);
    }
}

/// How often the article was viewed.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ViewsAdded {
    /// Documented as a number, without its meaning.
    pub res: Option<Value>,
    /// All views, the added ones among them.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::number")]
    pub views: u64,
}
