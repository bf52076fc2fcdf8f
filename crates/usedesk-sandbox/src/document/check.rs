//! Checks that a document holds together: ids are unique, and what they refer to exists.

use std::collections::HashSet;

use serde_json::Value;

use super::error::DocumentError;
use crate::desk::{Desk, Field, FieldKind};

/// Agents are not looked up: those of old tickets may have been deleted.
pub(super) fn check(desk: &Desk) -> Result<(), DocumentError> {
    unique("tickets", desk.tickets.iter().map(|ticket| ticket.id))?;
    unique("clients", desk.clients.iter().map(|client| client.id))?;
    unique("agents", desk.agents.iter().map(|agent| agent.id))?;
    unique("groups", desk.groups.iter().map(|group| group.id))?;
    unique("fields", desk.fields.iter().map(|field| field.id))?;
    unique("channels", desk.channels.iter().map(|channel| channel.id))?;
    unique("chats", desk.chats.iter().map(|chat| chat.id))?;
    unique("knowledge_base.articles", desk.knowledge_base.articles.iter().map(|one| one.id))?;
    let comments = desk.tickets.iter().flat_map(|ticket| &ticket.comments);
    unique("tickets[].comments", comments.map(|comment| comment.id))?;
    let mut paths = HashSet::new();
    if let Some(path) = desk.files.paths().find(|path| !paths.insert(*path)) {
        return Err(error("files.kept", "must have different paths", path));
    }
    tickets(desk)?;
    people(desk)?;
    fields(&desk.fields)?;
    knowledge_base(desk)
}

fn tickets(desk: &Desk) -> Result<(), DocumentError> {
    let clients: HashSet<_> = desk.clients.iter().map(|client| client.id).collect();
    let tickets: HashSet<_> = desk.tickets.iter().map(|ticket| ticket.id).collect();
    for (at, ticket) in desk.tickets.iter().enumerate() {
        let name = |member: &str| format!("tickets[{at}].{member}");
        if !(1..=10).contains(&ticket.status) {
            return Err(error(name("status"), "must be from 1 to 10", ticket.status));
        }
        known(
            name("client_id"),
            "a client",
            clients.contains(&ticket.client_id),
            ticket.client_id,
        )?;
        if let Some(group) = ticket.group {
            known(name("group"), "a group", has_group(desk, group), group)?;
        }
        for id in ticket.fields.keys() {
            let is_known = desk.fields.iter().any(|field| field.id == *id);
            known(name("fields"), "a field", is_known, *id)?;
        }
    }
    for (at, chat) in desk.chats.iter().enumerate() {
        let name = |member: &str| format!("chats[{at}].{member}");
        known(name("client_id"), "a client", clients.contains(&chat.client_id), chat.client_id)?;
        known(name("ticket_id"), "a ticket", tickets.contains(&chat.ticket_id), chat.ticket_id)?;
    }
    Ok(())
}

fn people(desk: &Desk) -> Result<(), DocumentError> {
    for (at, agent) in desk.agents.iter().enumerate() {
        for group in &agent.groups {
            known(format!("agents[{at}].groups"), "a group", has_group(desk, *group), *group)?;
        }
        let (name, group) = (format!("agents[{at}].default_group"), agent.default_group);
        known(name, "a group", has_group(desk, group), group)?;
    }
    Ok(())
}

fn fields(fields: &[Field]) -> Result<(), DocumentError> {
    for (at, field) in fields.iter().enumerate() {
        let name = |member: &str| format!("fields[{at}].{member}");
        unique(&name("options"), field.options.iter().map(|option| option.id))?;
        let parent = field.parent.map(|id| fields.iter().find(|field| field.id == id));
        if let (Some(parent), Some(id)) = (parent, field.parent) {
            let is_level = parent.is_some_and(|parent| parent.kind == FieldKind::Nested);
            known(name("parent"), "a field of type nested", is_level, id)?;
        }
        let options = parent.flatten().map(|parent| &parent.options);
        for option in &field.options {
            let Some(above) = option.parent else { continue };
            let is_known = options.is_some_and(|all| all.iter().any(|known| known.id == above));
            known(name("options"), "an option of the parent field", is_known, above)?;
        }
    }
    Ok(())
}

fn knowledge_base(desk: &Desk) -> Result<(), DocumentError> {
    let base = &desk.knowledge_base;
    for (at, category) in base.categories.iter().enumerate() {
        let is_known = base.sections.iter().any(|section| section.id == category.section);
        let name = format!("knowledge_base.categories[{at}].section");
        known(name, "a section", is_known, category.section)?;
    }
    for (at, article) in base.articles.iter().enumerate() {
        let is_known = base.categories.iter().any(|category| category.id == article.category);
        let name = format!("knowledge_base.articles[{at}].category");
        known(name, "a category", is_known, article.category)?;
    }
    Ok(())
}

fn has_group(desk: &Desk, id: u64) -> bool {
    desk.groups.iter().any(|group| group.id == id)
}

fn unique(list: &str, ids: impl Iterator<Item = u64>) -> Result<(), DocumentError> {
    let mut known = HashSet::new();
    for id in ids {
        if !known.insert(id) {
            return Err(error(list, "must have different ids", id));
        }
    }
    Ok(())
}

fn known(member: String, what: &str, is_known: bool, id: u64) -> Result<(), DocumentError> {
    if is_known {
        return Ok(());
    }
    Err(error(member, format!("must be the id of {what} in the document"), id))
}

fn error(
    member: impl Into<String>,
    rule: impl Into<String>,
    value: impl Into<Value>,
) -> DocumentError {
    DocumentError { member: member.into(), rule: rule.into(), value: value.into() }
}
