//! Groups of agents.

mod list;

pub use list::{Group, ListGroups, Member, Pivot};
