//! Structured parameters of creating and updating a client.

use serde::Serialize;
use serde_with::{NoneAsEmptyString, serde_as};

use crate::clients::MessengerType;
use crate::ids::{MessengerId, SiteId};
use crate::violations::Violations;

/// Limit for the identity in a messenger, in characters (51385, 51386).
pub const MAX_IDENTITY: usize = 64;

/// A messenger of a client.
///
/// # Examples
///
/// ```
/// use usedesk_core::clients::{Messenger, MessengerType};
///
/// let messenger = Messenger::new(MessengerType::Telegram, "@ann").uid("77000001");
/// # let _ = messenger;
/// ```
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "this is a parameter of a request"]
pub struct Messenger {
    /// None for a new entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<MessengerId>,
    /// None for a deleted entry.
    #[serde_as(as = "NoneAsEmptyString")]
    identity: Option<String>,
    r#type: MessengerType,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<String>,
}

impl Messenger {
    /// Creates a messenger with the client's name or number: `type` and `identity`, 1 to
    /// [`MAX_IDENTITY`] characters.
    pub fn new(messenger_type: MessengerType, identity: impl Into<String>) -> Self {
        Self { id: None, identity: Some(identity.into()), r#type: messenger_type, uid: None }
    }

    /// Sets the client's id in the messenger: `uid`.
    pub fn uid(mut self, uid: impl Into<String>) -> Self {
        self.uid = Some(uid.into());
        self
    }

    /// Replaces the entry with this id.
    pub(super) fn replacing(self, id: MessengerId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Deletes the entry with this id.
    pub(super) fn deleted(id: MessengerId, messenger_type: MessengerType) -> Self {
        Self { id: Some(id), identity: None, r#type: messenger_type, uid: None }
    }

    pub(super) fn check(&self, position: usize, violations: &mut Violations) {
        violations.check_id(format_args!("messengers[{position}][id]"), self.id);
        violations.check_length(
            format_args!("messengers[{position}][identity]"),
            &self.identity,
            1..=MAX_IDENTITY,
        );
        violations.check_not_empty(format_args!("messengers[{position}][type]"), &self.r#type);
    }
}

/// A website of a client.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Site {
    /// None for a new entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<SiteId>,
    /// None for a deleted entry.
    #[serde_as(as = "NoneAsEmptyString")]
    url: Option<String>,
}

impl Site {
    pub(super) fn new(url: String) -> Self {
        Self { id: None, url: Some(url) }
    }

    pub(super) fn replacing(self, id: SiteId) -> Self {
        Self { id: Some(id), ..self }
    }

    pub(super) fn deleted(id: SiteId) -> Self {
        Self { id: Some(id), url: None }
    }

    pub(super) fn check(&self, position: usize, violations: &mut Violations) {
        violations.check_id(format_args!("sites[{position}][id]"), self.id);
        violations.check_not_empty(format_args!("sites[{position}][url]"), &self.url);
    }
}

/// An address of a client: at least one of country, city and street, none of them empty.
///
/// # Examples
///
/// ```
/// use usedesk_core::clients::Address;
///
/// let address = Address::new().country("Latvia").city("Riga").street("Brīvības iela 1");
/// # let _ = address;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "this is a parameter of a request"]
pub struct Address {
    pub(super) country: Option<String>,
    pub(super) city: Option<String>,
    pub(super) street: Option<String>,
}

impl Address {
    /// Creates an empty address.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the country: `client_country`.
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Sets the city: `client_city`.
    pub fn city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }

    /// Sets the street and the rest of the address: `client_address`.
    pub fn street(mut self, street: impl Into<String>) -> Self {
        self.street = Some(street.into());
        self
    }
}
