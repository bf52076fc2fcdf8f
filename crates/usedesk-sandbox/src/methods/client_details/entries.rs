//! Messengers and websites: one parameter adds, changes and deletes list entries.

use std::borrow::Cow;

use serde_json::Value;

use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{ClientMessenger, ClientSite, Serial};
use crate::methods::parameters::{self, Parameters};

/// Limit in characters.
const IDENTITY_LIMIT: usize = 64;
const MESSENGER_TYPES: &[&str] =
    &["telegram", "whatsapp", "viber", "skype", "gtalk", "imessage", "other"];

/// An entry of a list. In a request, the id 0 adds an entry and a blank entry deletes one.
pub(super) trait Entry {
    fn id(&mut self) -> &mut u64;
    fn is_blank(&self) -> bool;
}

pub(super) fn messengers(parameters: Parameters<'_>) -> Result<Vec<ClientMessenger>, ApiError> {
    let messengers = parameters.list("messengers")?.into_iter().map(|(name, entry)| {
        let id = id(&name, entry)?;
        let (identity_name, identity) = parameters::member(&name, entry, "identity")?;
        let identity = parameters::text(&identity_name, identity)?.into_owned();
        parameters::check_length(&identity_name, &identity, IDENTITY_LIMIT)?;
        let mut messenger = ClientMessenger { id, identity, kind: String::new(), uid: None };
        if !messenger.is_blank() {
            let (type_name, kind) = parameters::member(&name, entry, "type")?;
            let kind = parameters::word(&type_name, kind, MESSENGER_TYPES, ErrorCode::UnknownWord)?;
            kind.clone_into(&mut messenger.kind);
            let uid = entry.get("uid").filter(|uid| !uid.is_null());
            let uid = uid.map(|uid| parameters::text(&format!("{name}[uid]"), uid)).transpose()?;
            messenger.uid = uid.map(Cow::into_owned);
        }
        check_new(&identity_name, messenger)
    });
    messengers.collect()
}

pub(super) fn sites(parameters: Parameters<'_>) -> Result<Vec<ClientSite>, ApiError> {
    let sites = parameters.list("sites")?.into_iter().map(|(name, entry)| {
        let id = id(&name, entry)?;
        let (url_name, url) = parameters::member(&name, entry, "url")?;
        let url = parameters::text(&url_name, url)?.into_owned();
        check_new(&url_name, ClientSite { id, url })
    });
    sites.collect()
}

/// Adds, changes and deletes entries. An unknown id changes nothing.
pub(super) fn edit<T: Entry>(entries: &mut Vec<T>, edits: Vec<T>, ids: &mut Serial) {
    for mut edit in edits {
        let id = *edit.id();
        if id == 0 {
            *edit.id() = ids.take();
            entries.push(edit);
        } else if let Some(at) = entries.iter_mut().position(|entry| *entry.id() == id) {
            if edit.is_blank() {
                entries.remove(at);
            } else {
                entries[at] = edit;
            }
        }
    }
}

impl Entry for ClientMessenger {
    fn id(&mut self) -> &mut u64 {
        &mut self.id
    }

    fn is_blank(&self) -> bool {
        self.identity.is_empty()
    }
}

impl Entry for ClientSite {
    fn id(&mut self) -> &mut u64 {
        &mut self.id
    }

    fn is_blank(&self) -> bool {
        self.url.is_empty()
    }
}

fn id(name: &str, entry: &Value) -> Result<u64, ApiError> {
    let id = entry.get("id").map(|id| parameters::number(&format!("{name}[id]"), id));
    Ok(id.transpose()?.unwrap_or_default())
}

/// Rejects a blank entry without an id: there is nothing to delete.
fn check_new<T: Entry>(name: &str, mut entry: T) -> Result<T, ApiError> {
    if *entry.id() == 0 && entry.is_blank() { Err(parameters::missing(name)) } else { Ok(entry) }
}
