//! Listing tickets.

use std::borrow::Cow;
use std::fmt::Display;

use http::Method;
use serde::Serialize;
use serde_with::formats::CommaSeparator;
use serde_with::{StringWithSeparator, serde_as, skip_serializing_none};

use crate::date_time::{Minute, UtcDateTime};
use crate::decode::{RawResponse, ResponseError, Rows};
use crate::encode::formats::CommaAndSpace;
use crate::ids::{ChannelId, ClientId, GroupId, UserId};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::pagination::{Order, paged_by_offset};
use crate::tickets::get::SLA;
use crate::tickets::{Assigned, FieldFilter, TicketPriority, TicketSort, TicketStatus, TicketType};
use crate::violations::{AsNumber, AsText, Violations};

use self::row::TicketRow;

pub(super) mod row;

/// Limit for a filter of several values joined by commas, in characters (51376).
pub const MAX_FILTER: usize = 255;

/// Lists tickets in pages of 100: `POST /tickets`, articles 51376 (English) and 33062 (Russian).
///
/// A ticket must match all filters, and one of the values of each filter. Times include both ends.
/// On the wire they are whole [minutes](Minute) in UTC; they are rounded so that no ticket is lost.
///
/// To list all pages, use `items` of a handle and [sort](Self::sort) by id: the default order is
/// not documented, so rows could be skipped or repeated.
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
/// use usedesk_core::tickets::{Assigned, ListTickets, TicketSort};
/// use usedesk_core::{Order, TicketStatus};
///
/// let list = ListTickets::new()
///     .statuses([TicketStatus::New, TicketStatus::Open])
///     .assigned(Assigned::to(17))
///     .sort(TicketSort::Id, Order::Ascending);
/// # let _ = list;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListTickets {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, ChannelId>")]
    fchannel: Vec<ChannelId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fassigned: Vec<Assigned>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, GroupId>")]
    fgroup: Vec<GroupId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, TicketStatus>")]
    fstatus: Vec<TicketStatus>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, TicketType>")]
    ftype: Vec<TicketType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaSeparator, TicketPriority>")]
    fpriority: Vec<TicketPriority>,
    accessible_for_agent_id: Option<UserId>,
    // The server rejects null, so the first page has no offset.
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaAndSpace, String>")]
    tag: Vec<String>,
    created_after: Option<Minute>,
    created_before: Option<Minute>,
    updated_after: Option<Minute>,
    updated_before: Option<Minute>,
    query: Option<String>,
    client_id: Option<ClientId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldFilter>,
    sort: Option<TicketSort>,
    order: Option<Order>,
    properties: Option<[&'static str; 1]>,
}

impl ListTickets {
    /// Creates a request for all tickets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Filters by channel: `fchannel`.
    pub fn channels<T: Into<ChannelId>>(mut self, channels: impl IntoIterator<Item = T>) -> Self {
        self.fchannel = channels.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a filter by assignee: `fassigned`. Tickets match any of the added filters.
    pub fn assigned(mut self, assigned: Assigned) -> Self {
        self.fassigned.push(assigned);
        self
    }

    /// Filters by group: `fgroup`.
    pub fn groups<T: Into<GroupId>>(mut self, groups: impl IntoIterator<Item = T>) -> Self {
        self.fgroup = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Filters by status: `fstatus`. The page lists 1 to 9.
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = TicketStatus>) -> Self {
        self.fstatus = statuses.into_iter().collect();
        self
    }

    /// Filters by type: `ftype`.
    pub fn types(mut self, types: impl IntoIterator<Item = TicketType>) -> Self {
        self.ftype = types.into_iter().collect();
        self
    }

    /// Filters by priority: `fpriority`.
    pub fn priorities(mut self, priorities: impl IntoIterator<Item = TicketPriority>) -> Self {
        self.fpriority = priorities.into_iter().collect();
        self
    }

    /// Includes only tickets that this agent may see, and requests the agent's rights:
    /// `accessible_for_agent_id`. They are returned in [`TicketRow::rights`].
    pub fn accessible_for(mut self, agent: impl Into<UserId>) -> Self {
        self.accessible_for_agent_id = Some(agent.into());
        self
    }

    /// Sets the first page, counted from 0: `offset`, which counts pages of 100 and not rows.
    pub fn page(mut self, page: u64) -> Self {
        self.offset = Some(page);
        self
    }

    /// Adds a filter by tag: `tag`. Several are joined by comma and space, as the page describes.
    /// Its sample joins numbers, so whether tags are names or ids is unclear.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Includes only tickets created at this time or later: `created_after`, [rounded
    /// down](Minute::floor) to a minute in UTC.
    pub fn created_after(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.created_after = Some(Minute::floor(time));
        self
    }

    /// Includes only tickets created at this time or earlier: `created_before`, [rounded
    /// up](Minute::ceil) to a minute in UTC.
    pub fn created_before(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.created_before = Some(Minute::ceil(time));
        self
    }

    /// Includes only tickets changed at this time or later: `updated_after`, [rounded
    /// down](Minute::floor) to a minute in UTC.
    pub fn updated_after(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.updated_after = Some(Minute::floor(time));
        self
    }

    /// Includes only tickets changed at this time or earlier: `updated_before`, [rounded
    /// up](Minute::ceil) to a minute in UTC.
    pub fn updated_before(mut self, time: impl Into<UtcDateTime>) -> Self {
        self.updated_before = Some(Minute::ceil(time));
        self
    }

    /// Searches for this text, at least one character: `query`. The server searches the subject and
    /// other, unknown places.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = Some(text.into());
        self
    }

    /// Filters by client: `client_id`. Undocumented, seen in public clients.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(client.into());
        self
    }

    /// Adds a filter by additional field: `fields`. Undocumented, seen in public clients.
    pub fn field(mut self, filter: FieldFilter) -> Self {
        self.fields.push(filter);
        self
    }

    /// Sets the order: `sort` and `order`. Undocumented, seen in public clients.
    pub fn sort(mut self, by: TicketSort, order: Order) -> Self {
        self.sort = Some(by);
        self.order = Some(order);
        self
    }

    /// Requests the time left by service level agreements: `properties`, the word `sla`. It is
    /// returned in [`TicketRow::sla`]. Documented for single tickets only.
    pub fn sla(mut self) -> Self {
        self.properties = Some(SLA);
        self
    }
}

impl Operation for ListTickets {
    type Output = Rows<TicketRow>;

    const NAME: &'static str = "list_tickets";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/tickets".into()
    }

    fn check(&self, violations: &mut Violations) {
        check_ids("fchannel", &self.fchannel, violations);
        for (position, assigned) in self.fassigned.iter().enumerate() {
            assigned.check(position, violations);
        }
        check_ids("fgroup", &self.fgroup, violations);
        check_ids("fstatus", &self.fstatus, violations);
        check_words("ftype", &self.ftype, violations);
        check_words("fpriority", &self.fpriority, violations);
        violations.check_id("accessible_for_agent_id", self.accessible_for_agent_id);
        violations.check_range("offset", self.offset, 0..=MAX_ID);
        for tag in &self.tag {
            violations.check_not_empty("tag", tag);
            violations.check_without("tag", tag, ',');
        }
        violations.check_minute("created_after", self.created_after);
        violations.check_minute("created_before", self.created_before);
        violations.check_minute("updated_after", self.updated_after);
        violations.check_minute("updated_before", self.updated_before);
        violations.check_not_empty("query", &self.query);
        violations.check_id("client_id", self.client_id);
        for (position, filter) in self.fields.iter().enumerate() {
            filter.check(position, violations);
        }
        violations.check_not_empty("sort", &self.sort);
        violations.check_not_empty("order", &self.order);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

paged_by_offset!(ListTickets, TicketRow);

/// Checks a filter of ids, which are sent as one text.
fn check_ids<T: AsNumber + Display>(parameter: &str, ids: &[T], violations: &mut Violations) {
    violations.check_ids(parameter, ids);
    violations.check_joined_length(parameter, ids, ",", MAX_FILTER);
}

/// Checks a filter of words, which are sent as one text.
fn check_words<T: AsText + Display>(parameter: &str, words: &[T], violations: &mut Violations) {
    for word in words {
        violations.check_not_empty(parameter, word);
        violations.check_without(parameter, word, ',');
    }
    violations.check_joined_length(parameter, words, ",", MAX_FILTER);
}
