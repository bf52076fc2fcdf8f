//! Adds, changes and merges clients.

use super::{Action, Client, ClientCompany, ClientEmail, Desk, now};

impl Desk {
    /// Adds an empty client and returns its id.
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
            zendesk_id: None,
            client_company: None,
            emails: Vec::new(),
            phones: Vec::new(),
            messengers: Vec::new(),
            sites: Vec::new(),
            addresses: Vec::new(),
            created_at: now.clone(),
            updated_at: now,
        });
        self.note("client", id, Action::Created);
        id
    }

    /// Finds the company of clients with this name, or adds it.
    pub(crate) fn client_company(&mut self, name: &str) -> ClientCompany {
        let known = self.client_companies.iter().find(|company| company.name == name);
        known.cloned().unwrap_or_else(|| {
            let company = ClientCompany {
                id: self.client_company_ids.take(),
                name: name.to_owned(),
                note: None,
                domains: None,
                phone: None,
                address: None,
                avatar: None,
                vip: false,
                created_at: now(),
            };
            self.client_companies.push(company.clone());
            company
        })
    }

    /// Moves everything of one client to another and removes the former. Both must exist.
    pub(crate) fn merge_client(&mut self, other: u64, into: u64) {
        let Some(at) = self.clients.iter().position(|client| client.id == other) else { return };
        let other = self.clients.remove(at);
        self.note("client", other.id, Action::Deleted);
        self.note("client", into, Action::Changed);
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

    /// Adds a client who writes in a chat for the first time and returns its id.
    pub(crate) fn add_guest(&mut self, name: String, email: Option<String>) -> u64 {
        let id = self.add_client();
        let emails = email.map(|email| ClientEmail { id: self.contact_ids.take(), email });
        if let Some(client) = self.clients.iter_mut().find(|client| client.id == id) {
            client.name = name;
            client.emails.extend(emails);
        }
        id
    }
}
