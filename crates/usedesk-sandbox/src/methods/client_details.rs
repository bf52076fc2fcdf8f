//! Parameters about a client, in methods that create or change a client or create a ticket.

mod entries;

use std::borrow::Cow;

use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Action, Desk, Effect, now};
use crate::desk::{Client, ClientAddress, ClientEmail, ClientMessenger, ClientPhone, ClientSite};
use crate::php::ReceivedFile;

/// Limit on each parameter about the client of a new ticket, in characters.
const TICKET_LIMIT: usize = 255;
/// In digits.
const PHONE_LENGTHS: std::ops::RangeInclusive<usize> = 10..=15;
const PHONE_TYPES: &[&str] = &["home", "mobile", "stationary", "fax", "other"];

/// Checked parameters about a client, not applied yet.
#[derive(Default)]
pub(super) struct ClientDetails<'a> {
    name: Option<String>,
    pub(super) emails: Vec<String>,
    pub(super) phone: Option<String>,
    phone_type: Option<&'static str>,
    messengers: Vec<ClientMessenger>,
    sites: Vec<ClientSite>,
    note: Option<String>,
    is_new_note: bool,
    position: Option<String>,
    vip: Option<bool>,
    spammer: Option<bool>,
    avatar: Option<&'a ReceivedFile>,
    company: Option<String>,
    address: AddressDetails,
}

impl<'a> ClientDetails<'a> {
    /// Reads the parameters of `/create/client` and `/update/client`.
    pub(super) fn of_client(parameters: Parameters<'a>) -> Result<Self, ApiError> {
        let phone = parameters.owned_text("phone")?.filter(|phone| !phone.is_empty());
        if let Some(phone) = &phone {
            check_phone(phone)?;
        }
        let (vip, spammer) = (parameters.switch("status_vip")?, parameters.switch("status_spam")?);
        if vip.is_some() && spammer.is_some() {
            let text = "status_vip and status_spam cannot be sent together";
            return Err(ErrorCode::VipAndSpam.error(text));
        }
        Ok(Self {
            name: parameters.owned_text("name")?,
            emails: parameters.texts("emails")?,
            phone,
            phone_type: phone_type(parameters)?,
            messengers: entries::messengers(parameters)?,
            sites: entries::sites(parameters)?,
            note: parameters.owned_text("note")?,
            is_new_note: parameters.flag("is_new_note")?,
            position: parameters.owned_text("position")?,
            vip,
            spammer,
            avatar: parameters.files("avatar")?.pop(),
            company: None,
            address: AddressDetails::read(parameters)?,
        })
    }

    /// Reads the parameters of `/create/ticket`.
    pub(super) fn of_ticket(parameters: Parameters<'a>) -> Result<Self, ApiError> {
        let text = |name| {
            let text = parameters.short_text(name, TICKET_LIMIT)?;
            Ok(text.filter(|text| !text.is_empty()).map(Cow::into_owned))
        };
        Ok(Self {
            name: text("client_name")?,
            emails: text("client_email")?.into_iter().collect(),
            phone: text("client_phone")?,
            phone_type: phone_type(parameters)?,
            company: text("company_name")?,
            address: AddressDetails::read(parameters)?,
            ..Self::default()
        })
    }

    /// Drops what a new ticket does not change in a known client: name, emails and phones.
    pub(super) fn for_known_client(self) -> Self {
        Self { company: self.company, address: self.address, ..Self::default() }
    }

    /// Creates a client and returns its id. Without a name it is named after its email or phone.
    pub(super) fn into_new_client(mut self, desk: &mut Desk) -> u64 {
        self.name = self.name.or_else(|| self.emails.first().or(self.phone.as_ref()).cloned());
        let id = desk.add_client();
        self.apply(desk, id);
        id
    }

    /// Applies them to an existing client.
    pub(super) fn apply(self, desk: &mut Desk, id: u64) {
        let company = self.company.as_ref().map(|name| desk.client_company(name));
        let Desk { clients, contact_ids, files, effects, .. } = desk;
        let Some(client) = clients.iter_mut().find(|client| client.id == id) else { return };
        let before = client.clone();
        if let Some(name) = self.name {
            client.name = name;
        }
        for email in self.emails {
            if !client.has_email(&email) {
                client.emails.push(ClientEmail { id: contact_ids.take(), email });
            }
        }
        if let Some(phone) = self.phone.filter(|phone| !client.has_phone(phone)) {
            let kind = self.phone_type.unwrap_or("other").to_owned();
            client.phones.push(ClientPhone { id: contact_ids.take(), phone, kind });
        }
        entries::edit(&mut client.messengers, self.messengers, contact_ids);
        entries::edit(&mut client.sites, self.sites, contact_ids);
        if let Some(note) = self.note {
            client.note = match client.note.take().filter(|_| !self.is_new_note) {
                Some(old) => Some(format!("{old}\n{note}")),
                None => Some(note),
            };
        }
        client.position = self.position.or(client.position.take());
        set_marks(client, self.vip, self.spammer);
        if let Some(avatar) = self.avatar {
            client.avatar = Some(files.keep(avatar).file);
        }
        client.client_company = company.or(client.client_company.take());
        if self.address.is_present() {
            if self.address.is_new || client.addresses.is_empty() {
                client.addresses.push(ClientAddress {
                    id: contact_ids.take(),
                    country: String::new(),
                    city: String::new(),
                    address: String::new(),
                    kind: "home".to_owned(),
                });
            }
            if let Some(address) = client.addresses.last_mut() {
                self.address.apply(address);
            }
        }
        if *client != before {
            client.updated_at = now();
            effects.push(Effect::new("client", id, Action::Changed));
        }
    }
}

/// Returns the client in `merge_id`.
pub(super) fn merged(desk: &Desk, parameters: Parameters<'_>) -> Result<Option<u64>, ApiError> {
    let id = parameters.number("merge_id")?;
    id.map(|id| desk.known_client(id).map(|client| client.id)).transpose()
}

#[derive(Default)]
struct AddressDetails {
    country: Option<String>,
    city: Option<String>,
    address: Option<String>,
    /// Adds an address instead of changing the last one.
    is_new: bool,
}

impl AddressDetails {
    fn read(parameters: Parameters<'_>) -> Result<Self, ApiError> {
        Ok(Self {
            country: parameters.owned_text("client_country")?,
            city: parameters.owned_text("client_city")?,
            address: parameters.owned_text("client_address")?,
            is_new: parameters.flag("new_address")?,
        })
    }

    fn is_present(&self) -> bool {
        self.country.is_some() || self.city.is_some() || self.address.is_some()
    }

    fn apply(self, address: &mut ClientAddress) {
        for (member, text) in [
            (&mut address.country, self.country),
            (&mut address.city, self.city),
            (&mut address.address, self.address),
        ] {
            if let Some(text) = text {
                *member = text;
            }
        }
    }
}

/// Sets the marks. VIP and spammer exclude each other: setting one clears the other.
fn set_marks(client: &mut Client, vip: Option<bool>, spammer: Option<bool>) {
    if let Some(vip) = vip {
        client.vip = vip;
        client.spammer &= !vip;
    }
    if let Some(spammer) = spammer {
        client.spammer = spammer;
        client.vip &= !spammer;
    }
}

fn phone_type(parameters: Parameters<'_>) -> Result<Option<&'static str>, ApiError> {
    parameters.word("phone_type", PHONE_TYPES, ErrorCode::UnknownWord)
}

fn check_phone(phone: &str) -> Result<(), ApiError> {
    // One public client sends a plus sign.
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && PHONE_LENGTHS.contains(&digits.len()) {
        return Ok(());
    }
    Err(ErrorCode::BadPhone.error("phone must have 10 to 15 digits"))
}
