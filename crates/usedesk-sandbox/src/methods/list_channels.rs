//! `/channels`: lists the channels (EN 51397).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::Desk;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let kind = parameters.text("channel_type")?;
    let matching = desk
        .channels
        .iter()
        .filter(|channel| kind.as_ref().is_none_or(|kind| channel.kind == *kind));
    Ok(matching
        .map(|channel| {
            json!({
                "channel_id": channel.id,
                "channel_name": channel.name,
                "channel_type": channel.kind,
            })
        })
        .collect())
}
