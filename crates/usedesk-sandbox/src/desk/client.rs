//! Customers. Usedesk calls them clients.

use serde::Serialize;

/// A client as the sandbox holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What it does in its company.
    pub position: Option<String>,
    /// What the agents noted about it.
    pub note: Option<String>,
    /// Whether it is a VIP.
    pub vip: bool,
    /// Whether it is a spammer; never both.
    pub spammer: bool,
    /// The URL of its picture.
    pub avatar: Option<String>,
    /// The company it works for, not that of the desk.
    pub client_company: Option<ClientCompany>,
    /// Its e-mail addresses, oldest first.
    pub emails: Vec<ClientEmail>,
    /// Its phones, oldest first.
    pub phones: Vec<ClientPhone>,
    /// Its messengers, oldest first.
    pub messengers: Vec<ClientMessenger>,
    /// Its sites, oldest first.
    pub sites: Vec<ClientSite>,
    /// Its postal addresses, oldest first.
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
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// When it was first named.
    pub created_at: String,
}

/// An e-mail address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientEmail {
    /// Its number.
    pub id: u64,
    /// The address.
    pub email: String,
}

/// A phone of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientPhone {
    /// Its number in the list, not the one to dial.
    pub id: u64,
    /// The number to dial.
    pub phone: String,
    /// `home`, `mobile`, `stationary`, `fax` or `other`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A messenger of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientMessenger {
    /// Its number.
    pub id: u64,
    /// The name or number of the client there.
    pub identity: String,
    /// `telegram`, `whatsapp`, `viber`, `skype`, `gtalk`, `imessage` or `other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The messenger's own id of the client.
    pub uid: Option<String>,
}

/// A site of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientSite {
    /// Its number.
    pub id: u64,
    /// Where it is.
    pub url: String,
}

/// A postal address of a [`Client`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClientAddress {
    /// Its number.
    pub id: u64,
    /// The country.
    pub country: String,
    /// The city.
    pub city: String,
    /// Street and house.
    pub address: String,
    /// `home`, since no method sets another.
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
