//! The response to creating, updating and deleting an agent.

use serde::{Deserialize, Serialize};

use crate::decode::lenient;
use crate::ids::UserId;

/// Acknowledgement of a created, updated or deleted agent; carries only the id.
/// [`ListUsers`](super::ListUsers) reads an agent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SavedUser {
    /// The id of the agent.
    #[serde(deserialize_with = "lenient::id")]
    pub user_id: UserId,
}
