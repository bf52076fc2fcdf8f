//! Rating an article.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::lenient;
use crate::ids::{ArticleId, KnowledgeBaseId};
use crate::knowledge_base::ArticleRating;
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Adds ratings to an article: `POST /support/{account_id}/articles/{id}/change-rating`, article
/// 51402.
///
/// At least one rating is required. How to remove one is not documented.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id or a number is out of range or there
/// are no ratings (nothing is sent), and with [`Rejected`](crate::ErrorKind::Rejected) if the
/// server rejects the request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true,
/// the ratings may have been added, and sending the request again may add them twice.
///
/// # Examples
///
/// ```
/// use usedesk_core::knowledge_base::ChangeRating;
///
/// let good = ChangeRating::new(2, 34).positive(1);
/// # let _ = good;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ChangeRating {
    #[serde(skip)]
    account_id: KnowledgeBaseId,
    #[serde(skip)]
    id: ArticleId,
    count_positive: Option<u64>,
    count_negative: Option<u64>,
}

impl ChangeRating {
    /// Creates a request for this article of this knowledge base, without ratings: `account_id` and
    /// `id`, in the path.
    pub fn new(knowledge_base: impl Into<KnowledgeBaseId>, article: impl Into<ArticleId>) -> Self {
        Self {
            account_id: knowledge_base.into(),
            id: article.into(),
            count_positive: None,
            count_negative: None,
        }
    }

    /// Sets the number of positive ratings to add: `count_positive`.
    pub fn positive(mut self, ratings: u64) -> Self {
        self.count_positive = Some(ratings);
        self
    }

    /// Sets the number of negative ratings to add: `count_negative`.
    pub fn negative(mut self, ratings: u64) -> Self {
        self.count_negative = Some(ratings);
        self
    }
}

impl Operation for ChangeRating {
    type Output = RatingChanged;

    const NAME: &'static str = "kb_change_rating";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        format!("/support/{}/articles/{}/change-rating", self.account_id, self.id).into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("account_id", self.account_id);
        violations.check_id("id", self.id);
        violations.check_range("count_positive", self.count_positive, 0..=MAX_ID);
        violations.check_range("count_negative", self.count_negative, 0..=MAX_ID);
        let counts = [self.count_positive, self.count_negative];
        violations.check_change(counts.iter().flatten().any(|count| *count > 0));
    }
}

/// The ratings of an article after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RatingChanged {
    /// All ratings, including the added ones.
    #[serde(deserialize_with = "lenient::object")]
    pub rating: ArticleRating,
}
