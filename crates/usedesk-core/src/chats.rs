//! Chats.

mod add_message;
mod change_assignee;
mod send_message;

pub use add_message::{AddMessage, MessageAdded};
pub use change_assignee::{AssigneeChanged, ChangeAssignee};
pub use send_message::{MessageSent, SendMessage};
