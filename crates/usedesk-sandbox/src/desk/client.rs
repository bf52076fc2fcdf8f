//! Customers. Usedesk calls them clients.

use serde::Serialize;

use super::{Desk, now};
use crate::api_error::{ApiError, ErrorCode};

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

impl Desk {
    pub(crate) fn client(&self, id: u64) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn known_client(&self, id: u64) -> Result<&Client, ApiError> {
        self.client(id).ok_or_else(|| {
            ErrorCode::UnknownClient.because(format_args!("there is no client {id}"))
        })
    }

    /// The ids of the tickets of a client.
    pub(crate) fn tickets_of(&self, client: u64) -> Vec<u64> {
        let tickets = self.tickets.iter().filter(|ticket| ticket.client_id == client);
        tickets.map(|ticket| ticket.id).collect()
    }

    /// Adds a client of whom nothing is known yet, and gives its id.
    pub(crate) fn add_client(&mut self) -> u64 {
        let (id, now) = (self.client_ids.take(), now());
        self.clients.push(Client {
            id,
            name: String::new(),
            position: None,
            note: None,
            vip: false,
            spammer: false,
            avatar: None,
            client_company: None,
            emails: Vec::new(),
            phones: Vec::new(),
            messengers: Vec::new(),
            sites: Vec::new(),
            addresses: Vec::new(),
            created_at: now.clone(),
            updated_at: now,
        });
        id
    }

    /// The company of clients that has this name, made if there was none.
    pub(crate) fn client_company(&mut self, name: &str) -> ClientCompany {
        let known = self.client_companies.iter().find(|company| company.name == name);
        known.cloned().unwrap_or_else(|| {
            let company = ClientCompany {
                id: self.client_company_ids.take(),
                name: name.to_owned(),
                created_at: now(),
            };
            self.client_companies.push(company.clone());
            company
        })
    }

    /// Moves what one client has to another and removes it. Both must be there.
    pub(crate) fn merge_client(&mut self, other: u64, into: u64) {
        let Some(at) = self.clients.iter().position(|client| client.id == other) else { return };
        let other = self.clients.remove(at);
        if let Some(client) = self.clients.iter_mut().find(|client| client.id == into) {
            let emails = other.emails.into_iter().filter(|entry| !client.has_email(&entry.email));
            let emails = emails.collect::<Vec<_>>();
            let phones = other.phones.into_iter().filter(|entry| !client.has_phone(&entry.phone));
            let phones = phones.collect::<Vec<_>>();
            client.emails.extend(emails);
            client.phones.extend(phones);
            client.messengers.extend(other.messengers);
            client.sites.extend(other.sites);
            client.addresses.extend(other.addresses);
            client.updated_at = now();
        }
        let moved: Vec<_> =
            self.tickets.iter().filter(|ticket| ticket.client_id == other.id).cloned().collect();
        for mut ticket in moved {
            ticket.client_id = into;
            self.replace_ticket(ticket, None);
        }
        for chat in self.chats.iter_mut().filter(|chat| chat.client_id == other.id) {
            chat.client_id = into;
        }
        let comments = self.tickets.iter_mut().flat_map(|ticket| &mut ticket.comments);
        for comment in comments.filter(|comment| comment.client_id == Some(other.id)) {
            comment.client_id = Some(into);
        }
    }
}
