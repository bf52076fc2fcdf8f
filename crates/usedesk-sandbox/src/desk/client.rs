//! Clients, which is what Usedesk calls customers.

use serde::Serialize;

/// A client, who writes tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The position in the client's company.
    pub position: Option<String>,
    /// A note of the agents.
    pub note: Option<String>,
    /// Whether the client is marked as VIP.
    pub vip: bool,
    /// Whether the client is marked as a spammer. Excludes `vip`.
    pub spammer: bool,
    /// The URL of the avatar.
    pub avatar: Option<String>,
    /// The company that the client works for.
    pub client_company: Option<ClientCompany>,
    /// Email addresses, oldest first.
    pub emails: Vec<ClientEmail>,
    /// Phone numbers, oldest first.
    pub phones: Vec<ClientPhone>,
    /// Messengers, oldest first.
    pub messengers: Vec<ClientMessenger>,
    /// Websites, oldest first.
    pub sites: Vec<ClientSite>,
    /// Postal addresses, oldest first.
    pub addresses: Vec<ClientAddress>,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// The company that a [`Client`] works for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientCompany {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: String,
}

/// An email address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientEmail {
    /// Its id.
    pub id: u64,
    /// The address.
    pub email: String,
}

/// A phone of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientPhone {
    /// The id of this entry.
    pub id: u64,
    /// The phone number.
    pub phone: String,
    /// `home`, `mobile`, `stationary`, `fax` or `other`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A messenger of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientMessenger {
    /// Its id.
    pub id: u64,
    /// The client's name or number in the messenger.
    pub identity: String,
    /// `telegram`, `whatsapp`, `viber`, `skype`, `gtalk`, `imessage` or `other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The messenger's id of the client.
    pub uid: Option<String>,
}

/// A website of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientSite {
    /// Its id.
    pub id: u64,
    /// The URL.
    pub url: String,
}

/// A postal address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientAddress {
    /// Its id.
    pub id: u64,
    /// The country.
    pub country: String,
    /// The city.
    pub city: String,
    /// The street and house number.
    pub address: String,
    /// Always `home`: no method sets another type.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Client {
    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.emails.iter().any(|known| known.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn has_phone(&self, phone: &str) -> bool {
        self.phones.iter().any(|known| known.phone == phone)
    }
}
