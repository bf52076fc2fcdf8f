//! Clients, which is what Usedesk calls customers.

use serde::{Deserialize, Serialize};

use super::now;

/// A client, who writes tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Client {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The position in the client's company.
    #[serde(default)]
    pub position: Option<String>,
    /// A note of the agents.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether the client is marked as VIP.
    #[serde(default)]
    pub vip: bool,
    /// Whether the client is marked as a spammer. Excludes `vip`.
    #[serde(default)]
    pub spammer: bool,
    /// The URL of the avatar.
    #[serde(default)]
    pub avatar: Option<String>,
    /// Its id in Zendesk, if it was imported from there. Only a document sets it.
    #[serde(default)]
    pub zendesk_id: Option<u64>,
    /// The company that the client works for.
    #[serde(default)]
    pub client_company: Option<ClientCompany>,
    /// Email addresses, oldest first.
    #[serde(default)]
    pub emails: Vec<ClientEmail>,
    /// Phone numbers, oldest first.
    #[serde(default)]
    pub phones: Vec<ClientPhone>,
    /// Messengers, oldest first.
    #[serde(default)]
    pub messengers: Vec<ClientMessenger>,
    /// Websites, oldest first.
    #[serde(default)]
    pub sites: Vec<ClientSite>,
    /// Postal addresses, oldest first.
    #[serde(default)]
    pub addresses: Vec<ClientAddress>,
    /// When it was created.
    #[serde(default = "now")]
    pub created_at: String,
    /// When it last changed.
    #[serde(default = "now")]
    pub updated_at: String,
}

/// The company that a [`Client`] works for. Only a document sets more than its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientCompany {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// A note of the agents.
    #[serde(default)]
    pub note: Option<String>,
    /// The domains of its email addresses.
    #[serde(default)]
    pub domains: Option<String>,
    /// Its phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Its postal address.
    #[serde(default)]
    pub address: Option<String>,
    /// The URL of its avatar.
    #[serde(default)]
    pub avatar: Option<String>,
    /// Whether it is marked as VIP.
    #[serde(default)]
    pub vip: bool,
    /// When it was created.
    #[serde(default = "now")]
    pub created_at: String,
}

/// An email address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientEmail {
    /// Its id.
    #[serde(default)]
    pub id: u64,
    /// The address.
    pub email: String,
}

/// A phone of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientPhone {
    /// The id of this entry.
    #[serde(default)]
    pub id: u64,
    /// The phone number.
    pub phone: String,
    /// `home`, `mobile`, `stationary`, `fax` or `other`.
    #[serde(rename = "type", default = "other")]
    pub kind: String,
}

/// A messenger of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientMessenger {
    /// Its id.
    #[serde(default)]
    pub id: u64,
    /// The client's name or number in the messenger.
    pub identity: String,
    /// `telegram`, `whatsapp`, `viber`, `skype`, `gtalk`, `imessage` or `other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The messenger's id of the client.
    #[serde(default)]
    pub uid: Option<String>,
}

/// A website of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientSite {
    /// Its id.
    #[serde(default)]
    pub id: u64,
    /// The URL.
    pub url: String,
}

/// A postal address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientAddress {
    /// Its id.
    #[serde(default)]
    pub id: u64,
    /// The country.
    pub country: String,
    /// The city.
    pub city: String,
    /// The street and house number.
    pub address: String,
    /// Always `home`: no method sets another type.
    #[serde(rename = "type", default = "home")]
    pub kind: String,
}

fn other() -> String {
    "other".to_owned()
}

fn home() -> String {
    "home".to_owned()
}

impl Client {
    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.emails.iter().any(|known| known.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn has_phone(&self, phone: &str) -> bool {
        self.phones.iter().any(|known| known.phone == phone)
    }
}
