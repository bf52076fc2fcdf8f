//! List tickets.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_with::{serde_as, skip_serializing_none};

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::encode::formats::Minute;
use crate::encode::{Comma, CommaAndSpace, Joined};
use crate::ids::{ChannelId, ClientId, FieldId, GroupId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::pagination::{Order, paged_by_offset};
use crate::tickets::get::SLA;
use crate::tickets::{
    AccessRights, Assigned, FieldFilter, Sla, TicketPriority, TicketSort, TicketStatus, TicketType,
};
use crate::violations::{Rule, Violations};

/// The longest filter of several values, joined by commas, in characters (51376).
pub const MAX_FILTER: usize = 255;

/// Lists tickets, a page of 100 at a time: `POST /tickets`, articles 51376 (English) and 33062
/// (Russian).
///
/// Filters of different kinds narrow the list down together; several values of one filter widen
/// it. All points in time are UTC, whole minutes, and inclusive.
///
/// Walk the whole list by `items` of a handle. For that, [sort](Self::sort) by id: without an order
/// the server promises none, and rows may be passed over or come twice.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when a rule below is broken, and
/// with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the list. Reading
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
    // Null is refused, so the first page goes without.
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
    /// All tickets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those that arrived by one of these channels: `fchannel`.
    pub fn channels<T: Into<ChannelId>>(mut self, channels: impl IntoIterator<Item = T>) -> Self {
        self.fchannel = channels.into_iter().map(Into::into).collect();
        self
    }

    /// Those that are assigned so: `fassigned`. Several add up.
    pub fn assigned(mut self, assigned: Assigned) -> Self {
        self.fassigned.push(assigned);
        self
    }

    /// Those in one of these groups: `fgroup`.
    pub fn groups<T: Into<GroupId>>(mut self, groups: impl IntoIterator<Item = T>) -> Self {
        self.fgroup = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Those with one of these statuses: `fstatus`. The page lists 1 to 9.
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = TicketStatus>) -> Self {
        self.fstatus = statuses.into_iter().collect();
        self
    }

    /// Those of one of these types: `ftype`.
    pub fn types(mut self, types: impl IntoIterator<Item = TicketType>) -> Self {
        self.ftype = types.into_iter().collect();
        self
    }

    /// Those with one of these priorities: `fpriority`.
    pub fn priorities(mut self, priorities: impl IntoIterator<Item = TicketPriority>) -> Self {
        self.fpriority = priorities.into_iter().collect();
        self
    }

    /// Those that this agent may see, and what the agent may do with them:
    /// `accessible_for_agent_id`, answered in [`TicketRow::rights`].
    pub fn accessible_for(mut self, agent: impl Into<UserId>) -> Self {
        self.accessible_for_agent_id = Some(agent.into());
        self
    }

    /// Begins with this page, counted from 0: `offset`, which counts pages of 100 and not rows.
    pub fn page(mut self, page: u64) -> Self {
        self.offset = Some(page);
        self
    }

    /// Those with this tag: `tag`. Several are joined by comma and space, as the text of the page
    /// has it; its sample joins numbers, so whether tags go by name or by id is not clear.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Those created at this minute or later, UTC: `created_after`.
    pub fn created_after(mut self, time: DateTime) -> Self {
        self.created_after = Some(time);
        self
    }

    /// Those created at this minute or before, UTC: `created_before`.
    pub fn created_before(mut self, time: DateTime) -> Self {
        self.created_before = Some(time);
        self
    }

    /// Those changed at this minute or later, UTC: `updated_after`.
    pub fn updated_after(mut self, time: DateTime) -> Self {
        self.updated_after = Some(time);
        self
    }

    /// Those changed at this minute or before, UTC: `updated_before`.
    pub fn updated_before(mut self, time: DateTime) -> Self {
        self.updated_before = Some(time);
        self
    }

    /// Those with this text in the subject, or in places that the stored copy of the page does not
    /// name: `query`. It is not empty.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = Some(text.into());
        self
    }

    /// Those of this client: `client_id`. Seen in client code, not in the documentation, as are
    /// [`field`](Self::field) and [`sort`](Self::sort).
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(client.into());
        self
    }

    /// Those with this in an additional field: `fields`.
    pub fn field(mut self, filter: FieldFilter) -> Self {
        self.fields.push(filter);
        self
    }

    /// Sorts the list: `sort` and `order`.
    pub fn sort(mut self, by: TicketSort, order: Order) -> Self {
        self.sort = Some(by);
        self.order = Some(order);
        self
    }

    /// Asks for what is left of the times of service level agreements: `properties`, answered in
    /// [`TicketRow::sla`]. Documented for single tickets.
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

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.list()
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

/// A ticket in a list.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketRow {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: TicketId,
    /// Its subject.
    pub subject: String,
    /// Where it stands. Single tickets call it `status_id`, lists `status`.
    pub status: Option<TicketStatus>,
    /// How urgent it is.
    pub priority: Option<TicketPriority>,
    /// What it is about.
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
    /// The client it belongs to.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The agent it is assigned to.
    pub assignee_id: Option<UserId>,
    /// The group it is in.
    #[serde(rename = "group")]
    pub group_id: Option<GroupId>,
    /// The channel by which it arrived.
    pub channel_id: Option<ChannelId>,
    /// The e-mail address of the channel.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub channel_email: Option<String>,
    /// When it was created.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub last_updated_at: Option<DateTime>,
    /// What was said last; it may hold HTML.
    pub last_comment: String,
    /// When agents are reminded of it, in a spelling that is not documented.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub remind_at: Option<String>,
    /// Its tags. Objects with a name on the wire, where single tickets have texts.
    pub tags: Vec<String>,
    /// Its additional fields.
    #[serde(rename = "ticket_fields")]
    pub fields: Rows<TicketField>,
    /// What the agent may do that was [asked for](ListTickets::accessible_for). Where the server
    /// puts it is not documented.
    pub rights: Option<AccessRights>,
    /// What is left of the times of its service level agreement, when
    /// [asked for](ListTickets::sla).
    pub sla: Option<Sla>,
}

/// An additional field of a ticket in a list.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketField {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: FieldId,
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: Option<String>,
}
