//! `/clients`: lists clients in pages of 100 (EN 51383).

use serde_json::{Value, json};

use super::listing::{self, Page, Period};
use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Client, Desk};

const PARTIAL: &str = "partial_match";
const FULL: &str = "full_match";

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let page = Page::read(parameters)?;
    let created = Period::read(parameters, "created")?;
    let query = parameters.text("query")?.unwrap_or_default();
    let search = parameters.word("search_type", &[PARTIAL, FULL], ErrorCode::UnknownWord)?;
    let matches = |text: &str| {
        if search == Some(FULL) {
            text.to_lowercase() == query.to_lowercase()
        } else {
            listing::contains_ignoring_case(text, &query)
        }
    };
    let found = desk.clients.iter().filter(|client| {
        created.contains(&client.created_at) && (query.is_empty() || searched(client).any(matches))
    });
    Ok(page.of(found).map(|client| show_row(desk, client)).collect())
}

/// Iterates over the texts that a query searches.
fn searched(client: &Client) -> impl Iterator<Item = &str> {
    std::iter::once(client.name.as_str()).chain(emails(client)).chain(phones(client))
}

fn emails(client: &Client) -> impl Iterator<Item = &str> {
    client.emails.iter().map(|entry| entry.email.as_str())
}

fn phones(client: &Client) -> impl Iterator<Item = &str> {
    client.phones.iter().map(|entry| entry.phone.as_str())
}

fn show_row(desk: &Desk, client: &Client) -> Value {
    json!({
        "id": client.id,
        "name": client.name,
        "emails": join(emails(client)),
        "phone": join(phones(client)),
        "tickets": desk.tickets_of(client.id),
    })
}

/// Joins texts by commas; `None` if there are none.
fn join<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    Some(texts.collect::<Vec<_>>().join(",")).filter(|joined| !joined.is_empty())
}
