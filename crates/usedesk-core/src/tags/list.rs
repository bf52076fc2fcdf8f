//! Listing the tags.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{CompanyId, TagId};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::pagination::paged_by_offset;
use crate::violations::Violations;

/// Lists the tags of the company in pages of [`PAGE_SIZE`](crate::PAGE_SIZE): `POST /tags`, article
/// 51382.
///
/// The order is not documented.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. Reading
/// changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::tags::ListTags;
///
/// let list = ListTags::new().query("refund").page(1);
/// # let _ = list;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListTags {
    offset: Option<u64>,
    query: Option<String>,
}

impl ListTags {
    /// Creates a request for all tags, from the first page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the first page, counted from 0: `offset`, which counts pages of
    /// [`PAGE_SIZE`](crate::PAGE_SIZE) and not tags.
    pub fn page(mut self, page: u64) -> Self {
        self.offset = Some(page);
        self
    }

    /// Includes only tags that contain this text, at least one character: `query`.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }
}

impl Operation for ListTags {
    type Output = Rows<Tag>;

    const NAME: &'static str = "list_tags";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/tags".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_range("offset", self.offset, 0..=MAX_ID);
        violations.check_not_empty("query", &self.query);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

paged_by_offset!(ListTags, Tag);

/// A tag.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tag {
    /// The id (`ticket_tag_id` on the wire).
    #[serde_with(skip_apply)]
    #[serde(rename = "ticket_tag_id")]
    pub id: TagId,
    /// The company (`tag_company_id` on the wire).
    #[serde(rename = "tag_company_id")]
    pub company_id: Option<CompanyId>,
    /// The text.
    pub name: String,
    /// The number of tickets with the tag.
    pub ticket_count: u64,
}
