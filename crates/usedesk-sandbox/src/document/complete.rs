//! Fills in what a document leaves out.

use crate::desk::{Desk, Serial};

/// Sets URLs, ids that are 0 and members that follow from others.
pub(super) fn complete(desk: &mut Desk, base_url: &str) {
    base_url.clone_into(&mut desk.base_url);
    desk.files.serve_at(base_url);
    let absolute = |url: &mut String| {
        if url.starts_with('/') {
            url.insert_str(0, base_url);
        }
    };
    desk.agents.iter_mut().filter_map(|agent| agent.avatar.as_mut()).for_each(absolute);
    desk.clients.iter_mut().filter_map(|client| client.avatar.as_mut()).for_each(absolute);
    let companies = desk.clients.iter_mut().filter_map(|client| client.client_company.as_mut());
    let companies = companies.chain(&mut desk.client_companies);
    companies.filter_map(|company| company.avatar.as_mut()).for_each(absolute);
    for ticket in &mut desk.tickets {
        for (at, comment) in ticket.comments.iter_mut().enumerate() {
            comment.ticket_id = ticket.id;
            comment.is_first = u8::from(at == 0);
            comment.files.iter_mut().map(|file| &mut file.file).for_each(absolute);
        }
        for change in &mut ticket.changes {
            change.ticket_id = ticket.id;
        }
        let tags = ticket.tags.iter().filter(|tag| !desk.tags.contains(tag));
        desk.tags.extend(tags.cloned().collect::<Vec<_>>());
    }
    set_ids(desk);
}

/// Sets ids that are 0, and lets counters continue after the largest id.
fn set_ids(desk: &mut Desk) {
    let Desk { tickets, clients, agents, chats, client_companies, .. } = desk;
    number(&mut desk.ticket_ids, tickets.iter_mut().map(|ticket| &mut ticket.id));
    number(&mut desk.client_ids, clients.iter_mut().map(|client| &mut client.id));
    number(&mut desk.agent_ids, agents.iter_mut().map(|agent| &mut agent.id));
    number(&mut desk.chat_ids, chats.iter_mut().map(|chat| &mut chat.id));
    let companies = client_companies.iter_mut().map(|company| &mut company.id);
    number(&mut desk.client_company_ids, companies);
    let comments = tickets.iter_mut().flat_map(|ticket| &mut ticket.comments);
    number(&mut desk.comment_ids, comments.map(|comment| &mut comment.id));
    let changes = tickets.iter_mut().flat_map(|ticket| &mut ticket.changes);
    number(&mut desk.change_ids, changes.map(|change| &mut change.id));
    let contacts = clients.iter_mut().flat_map(|client| {
        let emails = client.emails.iter_mut().map(|entry| &mut entry.id);
        let phones = client.phones.iter_mut().map(|entry| &mut entry.id);
        let messengers = client.messengers.iter_mut().map(|entry| &mut entry.id);
        let sites = client.sites.iter_mut().map(|entry| &mut entry.id);
        let addresses = client.addresses.iter_mut().map(|entry| &mut entry.id);
        emails.chain(phones).chain(messengers).chain(sites).chain(addresses)
    });
    number(&mut desk.contact_ids, contacts);
}

fn number<'a>(serial: &mut Serial, ids: impl Iterator<Item = &'a mut u64>) {
    let mut without = Vec::new();
    for id in ids {
        serial.skip_to(*id);
        if *id == 0 {
            without.push(id);
        }
    }
    for id in without {
        *id = serial.take();
    }
}
