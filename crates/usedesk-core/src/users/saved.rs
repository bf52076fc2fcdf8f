//! What creating, changing and deleting an agent answer with.

use serde::{Deserialize, Serialize};

use crate::decode::lenient;
use crate::ids::UserId;

/// The server's word that it created, changed or deleted the agent. It returns nothing else of the
/// agent: read it back with [`ListUsers`](super::ListUsers).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SavedUser {
    /// The agent's id.
    #[serde(deserialize_with = "lenient::id")]
    pub user_id: UserId,
}
