//! `/update/client`: updates a client and can merge another into it (EN 51386).

use serde_json::{Value, json};

use super::client_details::{self, ClientDetails};
use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::Desk;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let id = desk.known_client(parameters.required_number("client_id")?)?.id;
    let details = ClientDetails::of_client(parameters)?;
    let merged = client_details::merged(desk, parameters)?;
    if merged == Some(id) {
        return Err(ErrorCode::MergeWithItself.error("a client cannot be merged with itself"));
    }
    details.apply(desk, id);
    if let Some(merged) = merged {
        desk.merge_client(merged, id);
    }
    Ok(json!({ "client_id": id, "status": true }))
}
