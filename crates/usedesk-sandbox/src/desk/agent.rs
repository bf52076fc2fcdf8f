//! Those who answer.

/// Someone who answers tickets. Usedesk's parameters call it a user or an assignee.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agent {
    /// Their number.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their e-mail, with which they log in.
    pub email: String,
    /// `admin`, `employee` or `support`.
    pub role: String,
    /// What they are in the company; empty if nobody said so.
    pub position: String,
    /// Their phone, if any.
    pub phone: Option<String>,
    /// The language of their screen: `ru`, `en`, `es`, `kk` or `pt-br`. No answer shows it.
    pub lang: String,
    /// Whether they take chats now.
    pub chat_online: bool,
    /// Whether they take tickets now.
    pub ticket_online: bool,
    /// The URL of their picture, if any.
    pub avatar: Option<String>,
    /// The groups they belong to.
    pub groups: Vec<u64>,
    /// The group that takes the tickets assigned to them.
    pub default_group: u64,
}

impl Agent {
    /// Makes a group their default one, and them a member of it if they are not.
    pub(crate) fn move_to(&mut self, group: u64) {
        self.default_group = group;
        if !self.groups.contains(&group) {
            self.groups.push(group);
        }
    }
}
