//! Filters of `/tickets`.

use serde_json::Value;

use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, Ticket};
use crate::methods::listing::{self, Period};
use crate::methods::parameters::{self, Parameters};
use crate::methods::ticket_parameters::{self, PRIORITIES, TYPES};

/// Limit on each comma-separated filter, in characters.
const FILTER_LIMIT: usize = 255;
const UNASSIGNED: &str = "unassigned";

/// Keeps the tickets that match all filters.
pub(super) fn apply(
    desk: &Desk,
    parameters: Parameters<'_>,
    tickets: &mut Vec<&Ticket>,
) -> Result<(), ApiError> {
    let numbers = |name: &str, value: &Value| parameters::number(name, value);
    if let Some(channels) = any_of(parameters, "fchannel", numbers)? {
        tickets.retain(|ticket| channels.contains(&ticket.channel_id));
    }
    if let Some(assigned) = assigned(parameters)? {
        tickets.retain(|ticket| assigned.iter().any(|assigned| assigned.fits(ticket)));
    }
    if let Some(groups) = any_of(parameters, "fgroup", numbers)? {
        tickets.retain(|ticket| ticket.group.is_some_and(|group| groups.contains(&group)));
    }
    let status = |name: &str, value: &Value| {
        parameters::number(name, value).and_then(ticket_parameters::known_status)
    };
    if let Some(statuses) = any_of(parameters, "fstatus", status)? {
        tickets.retain(|ticket| statuses.contains(&ticket.status));
    }
    let kind =
        |name: &str, value: &Value| parameters::word(name, value, TYPES, ErrorCode::UnknownType);
    if let Some(kinds) = any_of(parameters, "ftype", kind)? {
        tickets.retain(|ticket| kinds.contains(&ticket.kind.as_str()));
    }
    let priority = |name: &str, value: &Value| {
        parameters::word(name, value, PRIORITIES, ErrorCode::UnknownPriority)
    };
    if let Some(priorities) = any_of(parameters, "fpriority", priority)? {
        tickets.retain(|ticket| priorities.contains(&ticket.priority.as_str()));
    }
    if let Some(tags) = parameters.tags()? {
        let tags = parameters::comma_separated(&tags);
        let tags: Vec<_> =
            tags.flat_map(|tag| [Some(tag), tag_by_id(desk, tag)]).flatten().collect();
        tickets.retain(|ticket| {
            tags.is_empty() || ticket.tags.iter().any(|tag| tags.contains(&tag.as_str()))
        });
    }
    let created = Period::read(parameters, "created")?;
    let updated = Period::read(parameters, "updated")?;
    tickets.retain(|ticket| {
        created.contains(&ticket.published_at) && updated.contains(&ticket.last_updated_at)
    });
    if let Some(query) = parameters.text("query")? {
        tickets.retain(|ticket| {
            let messages = ticket.comments.iter().map(|comment| &comment.message);
            messages
                .chain([&ticket.subject])
                .any(|text| listing::contains_ignoring_case(text, &query))
        });
    }
    if let Some(client) = parameters.number("client_id")? {
        tickets.retain(|ticket| ticket.client_id == client);
    }
    for (name, field) in parameters.list("fields")? {
        let (id_name, id) = parameters::member(&name, field, "id")?;
        let (value_name, value) = parameters::member(&name, field, "value")?;
        let field = desk.known_field(parameters::number(&id_name, id)?)?;
        let expected = parameters::text(&value_name, value)?;
        tickets.retain(|ticket| match (expected.as_ref(), ticket.fields.get(&field.id)) {
            ("empty", value) => value.is_none(),
            ("not_empty", value) => value.is_some(),
            (expected, value) => value.is_some_and(|value| value == expected),
        });
    }
    Ok(())
}

/// Returns the values of a comma-separated filter; `None` if it is absent or blank.
fn any_of<T>(
    parameters: Parameters<'_>,
    name: &str,
    read: impl Fn(&str, &Value) -> Result<T, ApiError>,
) -> Result<Option<Vec<T>>, ApiError> {
    let Some(joined) = parameters.short_text(name, FILTER_LIMIT)? else { return Ok(None) };
    let pieces = parameters::comma_separated(&joined).map(|piece| read(name, &piece.into()));
    let pieces: Vec<_> = pieces.collect::<Result<_, _>>()?;
    Ok(Some(pieces).filter(|pieces| !pieces.is_empty()))
}

/// Finds a tag by id, since documented samples suggest that `tag` accepts ids, too.
fn tag_by_id<'a>(desk: &'a Desk, id: &str) -> Option<&'a str> {
    let place = id.parse::<usize>().ok()?.checked_sub(1)?;
    desk.tags.get(place).map(String::as_str)
}

/// An object in `fassigned`.
struct Assigned {
    agent: Option<Wanted>,
    group: Option<Wanted>,
}

enum Wanted {
    None,
    Id(u64),
}

impl Assigned {
    fn read(name: &str, value: &Value) -> Result<Self, ApiError> {
        if !value.is_object() {
            return Err(ErrorCode::WrongKind.error(format_args!("{name} is not an object")));
        }
        let wanted = |member: &str| match value.get(member) {
            None => Ok(None),
            Some(Value::String(word)) if word == UNASSIGNED => Ok(Some(Wanted::None)),
            Some(id) => {
                parameters::number(&format!("{name}[{member}]"), id).map(|id| Some(Wanted::Id(id)))
            }
        };
        let (agent, group) = (wanted("assignee_id")?, wanted("group_id")?);
        if agent.is_none() && group.is_none() {
            return Err(parameters::missing(&format!("{name}[assignee_id]")));
        }
        Ok(Self { agent, group })
    }

    fn fits(&self, ticket: &Ticket) -> bool {
        match (&self.agent, &self.group) {
            // Without a group filter, no agent means assigned to a group only.
            (Some(Wanted::None), None) => ticket.assignee.is_none() && ticket.group.is_some(),
            (agent, group) => {
                fits(agent.as_ref(), ticket.assignee) && fits(group.as_ref(), ticket.group)
            }
        }
    }
}

fn fits(wanted: Option<&Wanted>, found: Option<u64>) -> bool {
    match wanted {
        None => true,
        Some(Wanted::None) => found.is_none(),
        Some(Wanted::Id(id)) => found == Some(*id),
    }
}

/// Reads `fassigned`: one object, or a list of which one must match.
fn assigned(parameters: Parameters<'_>) -> Result<Option<Vec<Assigned>>, ApiError> {
    let name = "fassigned";
    match parameters.value(name) {
        None => Ok(None),
        Some(Value::Array(_)) => {
            let objects = parameters.list(name)?.into_iter();
            objects
                .map(|(name, object)| Assigned::read(&name, object))
                .collect::<Result<_, _>>()
                .map(Some)
        }
        Some(object) => Assigned::read(name, object).map(|assigned| Some(vec![assigned])),
    }
}
