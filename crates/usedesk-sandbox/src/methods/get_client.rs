//! `/client`: returns a client with all details (EN 51384).

use serde::Serialize;
use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::{Client, Desk};

/// Returns an array of one element, which has the client's lists both at the top and in `client`.
/// For an unknown client the array is empty.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let Some(client) = desk.client(parameters.required_number("client_id")?) else {
        return Ok(json!([]));
    };
    let shown = show_client(desk, client);
    Ok(json!([{
        "emails": vec![Value::Null; client.emails.len()],
        "phones": shown["phones"],
        "social_networks": shown["social_networks"],
        "messengers": shown["messengers"],
        "addresses": shown["addresses"],
        "sites": shown["sites"],
        "client_company": shown["client_company"],
        "client": shown,
    }]))
}

fn show_client(desk: &Desk, client: &Client) -> Value {
    let mut emails = show_contacts(client, &client.emails);
    for email in &mut emails {
        email["fullcontact"] = 0.into();
        email["status"] = "".into();
    }
    let mut shown = show_record(desk, client);
    let company = client.client_company.as_ref().map(|company| {
        json!({
            "id": company.id,
            "name": company.name,
            "note": company.note,
            "domains": company.domains,
            "phone": company.phone,
            "address": company.address,
            "vip": u8::from(company.vip),
            "company_id": desk.company_id,
            "avatar": company.avatar,
            "created_at": company.created_at,
            "updated_at": company.created_at,
        })
    });
    shown["tickets"] = json!(desk.tickets_of(client.id));
    shown["emails"] = json!(emails);
    shown["phones"] = json!(show_contacts(client, &client.phones));
    shown["social_networks"] = json!([]);
    shown["messengers"] = json!(show_contacts(client, &client.messengers));
    shown["addresses"] = json!(show_contacts(client, &client.addresses));
    shown["sites"] = json!(show_contacts(client, &client.sites));
    shown["client_company"] = json!(company);
    shown
}

/// Serializes a client without its lists, as `/ticket` does, too.
pub(super) fn show_record(desk: &Desk, client: &Client) -> Value {
    json!({
        "id": client.id,
        "name": client.name,
        "avatar": client.avatar,
        "position": client.position,
        "note": client.note,
        "company_id": desk.company_id,
        "zendesk_id": client.zendesk_id,
        "spammer": u8::from(client.spammer),
        "vip": u8::from(client.vip),
        "client_company_id": client.client_company.as_ref().map(|company| company.id),
        "created_at": client.created_at,
        "updated_at": client.updated_at,
        "lang": "en",
    })
}

/// Serializes contacts with the members that all of them have. Their dates are the client's.
fn show_contacts(client: &Client, contacts: &[impl Serialize]) -> Vec<Value> {
    let shown = contacts.iter().map(|contact| {
        let mut shown = json!(contact);
        shown["client_id"] = client.id.into();
        shown["created_at"] = client.created_at.as_str().into();
        shown["updated_at"] = client.updated_at.as_str().into();
        shown
    });
    shown.collect()
}
