//! Listing clients.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::date_time::{Minute, UtcDateTime};
use crate::decode::{RawResponse, ResponseError, Rows, lenient, open_enum};
use crate::ids::{ClientId, TicketId};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::pagination::paged_by_offset;
use crate::violations::Violations;

/// Lists clients in pages of [`PAGE_SIZE`](crate::PAGE_SIZE): `POST /clients`, article 51383.
///
/// Without filters, all clients are listed. Their order is not documented, and there is no total:
/// the list ends with the first page without rows.
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
/// use usedesk_core::clients::{ListClients, SearchType};
/// use usedesk_core::jiff::Timestamp;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let list = ListClients::new()
///     .created_after("2024-05-01T00:00:00Z".parse::<Timestamp>()?)
///     .query("ann@example.com")
///     .search_type(SearchType::FullMatch);
/// # let _ = list;
/// # Ok(())
/// # }
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListClients {
    created_after: Option<Minute>,
    created_before: Option<Minute>,
    offset: Option<u64>,
    query: Option<String>,
    search_type: Option<SearchType>,
}

impl ListClients {
    /// Creates a request for all clients, from the first page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Includes only clients created at this time or later: `created_after`, [rounded
    /// down](Minute::floor) to a minute in UTC, presumably.
    pub fn created_after(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.created_after = Some(Minute::floor(time));
        self
    }

    /// Includes only clients created at this time or earlier: `created_before`, [rounded
    /// up](Minute::ceil) to a minute in UTC, presumably.
    pub fn created_before(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.created_before = Some(Minute::ceil(time));
        self
    }

    /// Sets the first page, counted from 0: `offset`.
    pub fn page(mut self, page: u64) -> Self {
        self.offset = Some(page);
        self
    }

    /// Searches names, e-mail addresses and phones for one value, at least one character: `query`.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = Some(text.into());
        self
    }

    /// Sets how the [query](Self::query) is compared: `search_type`, by default a
    /// [partial match](SearchType::PartialMatch).
    pub fn search_type(mut self, search_type: SearchType) -> Self {
        self.search_type = Some(search_type);
        self
    }
}

impl Operation for ListClients {
    type Output = Rows<ClientRow>;

    const NAME: &'static str = "list_clients";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/clients".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_minute("created_after", self.created_after);
        violations.check_minute("created_before", self.created_before);
        violations.check_range("offset", self.offset, 0..=MAX_ID);
        violations.check_not_empty("query", &self.query);
        violations.check_not_empty("search_type", &self.search_type);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

paged_by_offset!(ListClients, ClientRow);

open_enum! {
    /// How a query is compared with names, e-mail addresses and phones.
    pub enum SearchType {
        /// `partial_match`: with a part of the value. The default.
        PartialMatch = "partial_match",
        /// `full_match`: with the whole value.
        FullMatch = "full_match",
    }
}

/// A client in a list. [`GetClient`](super::GetClient) returns all members.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientRow {
    /// The client's id.
    #[serde_with(skip_apply)]
    pub id: ClientId,
    /// The client's name.
    pub name: String,
    /// The e-mail addresses. One string on the wire; its separator is not documented; a comma is
    /// assumed.
    pub emails: Vec<String>,
    /// The phones (`phone` on the wire), separated like the e-mail addresses.
    #[serde(rename = "phone")]
    pub phones: Vec<String>,
    /// The client's tickets.
    pub tickets: Vec<TicketId>,
}
