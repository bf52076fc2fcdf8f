//! What creating, changing and deleting an agent answer with.

use serde::Deserialize;

use crate::answer::{Answer, AnswerError};
use crate::ids::UserId;

/// Reads the id from `{"status": "success", "user_id": 17}`.
pub(super) fn user_id(answer: Answer<'_>) -> Result<UserId, AnswerError> {
    #[derive(Deserialize)]
    struct Saved {
        user_id: UserId,
    }

    answer.json().map(|Saved { user_id }| user_id)
}
