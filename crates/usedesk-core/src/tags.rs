//! Tags of tickets.

mod list;

pub use list::{ListTags, Tag};
