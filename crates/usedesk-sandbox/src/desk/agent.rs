//! Agents.

use serde::{Deserialize, Serialize};

/// An agent, who handles tickets. Usedesk's parameters call an agent a user or an assignee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Agent {
    /// The id.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The email address, which is also the login.
    pub email: String,
    /// `admin`, `employee` or `support`.
    #[serde(default = "employee")]
    pub role: String,
    /// The position in the company; empty if unknown.
    #[serde(default)]
    pub position: String,
    /// The phone number, if any.
    #[serde(default)]
    pub phone: Option<String>,
    /// The language of the user interface: `ru`, `en`, `es`, `kk` or `pt-br`. Not in any response.
    #[serde(default = "english")]
    pub lang: String,
    /// Whether the agent is online for chats.
    #[serde(default)]
    pub chat_online: bool,
    /// Whether the agent is online for tickets.
    #[serde(default)]
    pub ticket_online: bool,
    /// The URL of the avatar, if any.
    #[serde(default)]
    pub avatar: Option<String>,
    /// The ids of the agent's groups.
    pub groups: Vec<u64>,
    /// The id of the group that tickets assigned to the agent go to.
    pub default_group: u64,
}

fn employee() -> String {
    "employee".to_owned()
}

fn english() -> String {
    "en".to_owned()
}

impl Agent {
    /// Sets the default group and adds the agent to it.
    pub(crate) fn move_to(&mut self, group: u64) {
        self.default_group = group;
        if !self.groups.contains(&group) {
            self.groups.push(group);
        }
    }
}
