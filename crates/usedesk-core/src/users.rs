//! Agents, which the API calls users.

mod create;
mod delete;
mod list;
mod saved;
mod update;
mod values;

pub use create::CreateUser;
pub use delete::DeleteUser;
pub use list::{ListUsers, User};
pub use saved::SavedUser;
pub use update::UpdateUser;
pub use values::{MAX_AVATAR_BYTES, UiLanguage, UserRole};
