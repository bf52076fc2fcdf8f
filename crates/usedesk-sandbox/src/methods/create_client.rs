//! `/create/client`: creates a client (EN 51385).

use serde_json::{Value, json};

use super::client_details::{self, ClientDetails};
use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::Desk;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let details = ClientDetails::of_client(parameters)?;
    let merged = client_details::merged(desk, parameters)?;
    let id = details.into_new_client(desk);
    if let Some(merged) = merged {
        desk.merge_client(merged, id);
    }
    Ok(json!({ "client_id": id, "status": true }))
}
