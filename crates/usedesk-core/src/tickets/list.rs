//! Listing tickets.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::Serialize;
use serde_with::{serde_as, skip_serializing_none};

use crate::decode::{RawResponse, ResponseError, Rows};
use crate::encode::formats::Minute;
use crate::encode::{Comma, CommaAndSpace, Joined};
use crate::ids::{ChannelId, ClientId, GroupId, UserId};
use crate::operation::{Operation, Safety};
use crate::pagination::{Order, paged_by_offset};
use crate::tickets::get::SLA;
use crate::tickets::{Assigned, FieldFilter, TicketPriority, TicketSort, TicketStatus, TicketType};
use crate::violations::{Rule, Violations};

use self::row::TicketRow;

pub(super) mod row;

/// Limit for a filter of several values joined by commas, in characters (51376).
pub const MAX_FILTER: usize = 255;

/// Lists tickets in pages of 100: `POST /tickets`, articles 51376 (English) and 33062 (Russian).
///
/// A ticket must match all filters, and one of the values of each filter. Times are UTC, whole
/// minutes, and inclusive.
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
/// use usedesk_core::{Order, TicketStatus, UserId};
///
/// let list = ListTickets::new()
///     .statuses([TicketStatus::New, TicketStatus::Open])
///     .assigned(Assigned::To(UserId(17)))
///     .sort(TicketSort::Id, Order::Ascending);
/// # let _ = list;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListTickets {
    #[serde(skip_serializing_if = "Joined::is_empty")]
    fchannel: Joined<ChannelId, Comma>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fassigned: Vec<Assigned>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    fgroup: Joined<GroupId, Comma>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    fstatus: Joined<TicketStatus, Comma>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    ftype: Joined<TicketType, Comma>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    fpriority: Joined<TicketPriority, Comma>,
    accessible_for_agent_id: Option<UserId>,
    // The server rejects null, so the first page has no offset.
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    tag: Joined<String, CommaAndSpace>,
    #[serde_as(as = "Option<Minute>")]
    created_after: Option<DateTime>,
    #[serde_as(as = "Option<Minute>")]
    created_before: Option<DateTime>,
    #[serde_as(as = "Option<Minute>")]
    updated_after: Option<DateTime>,
    #[serde_as(as = "Option<Minute>")]
    updated_before: Option<DateTime>,
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

    /// Includes only tickets created at this time or later: `created_after`, a whole minute in UTC.
    pub fn created_after(mut self, time: DateTime) -> Self {
        self.created_after = Some(time);
        self
    }

    /// Includes only tickets created at this time or earlier: `created_before`, a whole minute in
    /// UTC.
    pub fn created_before(mut self, time: DateTime) -> Self {
        self.created_before = Some(time);
        self
    }

    /// Includes only tickets changed at this time or later: `updated_after`, a whole minute in UTC.
    pub fn updated_after(mut self, time: DateTime) -> Self {
        self.updated_after = Some(time);
        self
    }

    /// Includes only tickets changed at this time or earlier: `updated_before`, a whole minute in
    /// UTC.
    pub fn updated_before(mut self, time: DateTime) -> Self {
        self.updated_before = Some(time);
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
        check_ids("fchannel", &self.fchannel, |id| id.0, violations);
        for (position, assigned) in self.fassigned.iter().enumerate() {
            assigned.check(position, violations);
        }
        check_ids("fgroup", &self.fgroup, |id| id.0, violations);
        check_ids("fstatus", &self.fstatus, TicketStatus::number, violations);
        check_words("ftype", &self.ftype, TicketType::as_str, violations);
        check_words("fpriority", &self.fpriority, TicketPriority::as_str, violations);
        let agent = self.accessible_for_agent_id.map(|id| id.0);
        violations.check_optional_id("accessible_for_agent_id", agent);
        violations.check_number("offset", self.offset);
        for tag in &self.tag {
            check_word("tag", tag, violations);
        }
        violations.check_minute("created_after", self.created_after);
        violations.check_minute("created_before", self.created_before);
        violations.check_minute("updated_after", self.updated_after);
        violations.check_minute("updated_before", self.updated_before);
        violations.check_optional_length("query", self.query.as_ref(), usize::MAX);
        violations.check_optional_id("client_id", self.client_id.map(|id| id.0));
        for (position, filter) in self.fields.iter().enumerate() {
            filter.check(position, violations);
        }
        let sort = self.sort.as_ref().map(TicketSort::as_str);
        violations.check_optional_length("sort", sort, usize::MAX);
        let order = self.order.as_ref().map(Order::as_str);
        violations.check_optional_length("order", order, usize::MAX);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

paged_by_offset!(ListTickets, TicketRow);

fn check_ids<T: Copy>(
    parameter: &str,
    values: &Joined<T, Comma>,
    id: impl Fn(T) -> u64,
    violations: &mut Violations,
) {
    for value in values {
        violations.check_id(parameter, id(*value));
    }
    violations.check_length(parameter, values.text(), 0..=MAX_FILTER);
}

fn check_words<T>(
    parameter: &str,
    values: &Joined<T, Comma>,
    word: impl Fn(&T) -> &str,
    violations: &mut Violations,
) {
    for value in values {
        check_word(parameter, word(value), violations);
    }
    violations.check_length(parameter, values.text(), 0..=MAX_FILTER);
}

fn check_word(parameter: &str, word: &str, violations: &mut Violations) {
    if word.is_empty() {
        violations.push(parameter, Rule::NotEmpty, "an empty text");
    }
    violations.check_without(parameter, word, ',');
}
