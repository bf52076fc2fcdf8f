//! `/create/client`: a new client (EN 51385).

use serde_json::{Value, json};

use super::client_details::ClientDetails;
use super::parameters::Parameters;
use crate::desk::Desk;
use crate::refusal::Refusal;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, Refusal> {
    let details = ClientDetails::of_client(parameters)?;
    let merged = parameters.number("merge_id")?;
    let merged = merged.map(|id| desk.known_client(id).map(|client| client.id)).transpose()?;
    let id = details.into_new_client(desk);
    if let Some(merged) = merged {
        desk.merge_client(merged, id);
    }
    Ok(json!({ "client_id": id, "status": true }))
}
