//! Updating a client.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;
use serde_with::{serde_as, skip_serializing_none};

use crate::clients::parameters::Site;
use crate::clients::shared::shared_parameters;
use crate::clients::{Address, Messenger, MessengerType, PhoneType, SavedClient};
use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::encode::formats::TrueOrZero;
use crate::ids::{ClientId, MessengerId, SiteId};
use crate::operation::{Operation, Safety};
use crate::violations::{Rule, Violations};

/// Updates a client and returns its id: `POST /update/client`, article 51386.
///
/// Only what is set is changed, and at least one change is required;
/// [`phone_type`](Self::phone_type) without a phone is not a change.
///
/// E-mail addresses, phones, messengers and websites are added to those of the client. Messengers
/// and websites can also be [changed](Self::change_messenger) and
/// [deleted](Self::delete_messenger) by the id of their entry, which
/// [`GetClient`](super::GetClient) returns. How to remove an e-mail address or a phone is not
/// documented.
///
/// The old parameter `status` is omitted: [`vip`](Self::vip) and [`spammer`](Self::spammer) replace
/// it.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if rules below are violated (nothing is sent;
/// the error has every violation), and with [`Rejected`](crate::ErrorKind::Rejected) if the server
/// rejects the request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the
/// client may have been updated. Sending the request again may add the note, the messengers or the
/// address twice, so every update is [`Safety::Once`].
///
/// # Examples
///
/// ```
/// use usedesk_core::clients::{Address, MessengerType, UpdateClient};
///
/// let update = UpdateClient::new(901)
///     .email("ann@work.example")
///     .append_note("Prefers to be called in the morning.")
///     .delete_messenger(12, MessengerType::Skype)
///     .add_address(Address::new().country("Latvia").city("Riga"));
/// # let _ = update;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct UpdateClient {
    client_id: ClientId,
    name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messengers: Vec<Messenger>,
    note: Option<String>,
    is_new_note: Option<bool>,
    phone: Option<String>,
    phone_type: Option<PhoneType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sites: Vec<Site>,
    #[serde(skip)]
    avatar: Option<Attachment>,
    #[serde_as(as = "Option<TrueOrZero>")]
    status_vip: Option<bool>,
    #[serde_as(as = "Option<TrueOrZero>")]
    status_spam: Option<bool>,
    position: Option<String>,
    merge_id: Option<ClientId>,
    client_country: Option<String>,
    client_city: Option<String>,
    client_address: Option<String>,
    new_address: Option<bool>,
    /// Whether an address was set, even an empty one.
    #[serde(skip)]
    has_address: bool,
}

impl UpdateClient {
    /// Creates an update of this client without changes.
    pub fn new(client: impl Into<ClientId>) -> Self {
        Self {
            client_id: client.into(),
            name: None,
            emails: Vec::new(),
            messengers: Vec::new(),
            note: None,
            is_new_note: None,
            phone: None,
            phone_type: None,
            sites: Vec::new(),
            avatar: None,
            status_vip: None,
            status_spam: None,
            position: None,
            merge_id: None,
            client_country: None,
            client_city: None,
            client_address: None,
            new_address: None,
            has_address: false,
        }
    }

    shared_parameters!();

    /// Changes the messenger whose entry has this id: `messengers` with an `id`.
    pub fn change_messenger(self, id: impl Into<MessengerId>, messenger: Messenger) -> Self {
        self.messenger(messenger.replacing(id.into()))
    }

    /// Deletes the messenger whose entry has this id: `messengers` with an `id` and an empty
    /// identity. The page requires the type in every entry.
    pub fn delete_messenger(
        self,
        id: impl Into<MessengerId>,
        messenger_type: MessengerType,
    ) -> Self {
        self.messenger(Messenger::deleted(id.into(), messenger_type))
    }

    /// Appends a text to the note: `note`, at least one character. Replaces a text set by
    /// [`replace_note`](Self::replace_note).
    pub fn append_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self.is_new_note = None;
        self
    }

    /// Starts a new note: `note` with `is_new_note`. Replaces a text set by
    /// [`append_note`](Self::append_note).
    ///
    /// Presumably the server drops the old note; this is not documented, nor whether an empty text
    /// removes the note.
    pub fn replace_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self.is_new_note = Some(true);
        self
    }

    /// Adds a phone to those of the client: `phone`, at least one character. Its format is
    /// documented for [creating](super::CreateClient::phone) a client only.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Changes the website whose entry has this id: `sites` with an `id`. An unknown id changes
    /// nothing.
    pub fn change_site(mut self, id: impl Into<SiteId>, url: impl Into<String>) -> Self {
        self.sites.push(Site::new(url.into()).replacing(id.into()));
        self
    }

    /// Deletes the website whose entry has this id: `sites` with an `id` and an empty `url`. An
    /// unknown id changes nothing.
    pub fn delete_site(mut self, id: impl Into<SiteId>) -> Self {
        self.sites.push(Site::deleted(id.into()));
        self
    }

    /// Merges with this other client: `merge_id`. Which of the two remains is not documented.
    pub fn merge(mut self, client: impl Into<ClientId>) -> Self {
        self.merge_id = Some(client.into());
        self
    }

    /// Changes the current address: `client_country`, `client_city` and `client_address`. Replaces
    /// an address set by [`add_address`](Self::add_address).
    pub fn address(self, address: Address) -> Self {
        self.set_address(address, None)
    }

    /// Adds an address and keeps the current one: the parameters of [`address`](Self::address) and
    /// `new_address`. Replaces an address set by that method.
    pub fn add_address(self, address: Address) -> Self {
        self.set_address(address, Some(true))
    }

    /// Returns the note, unless it may be empty.
    fn added_note(&self) -> Option<&String> {
        self.note.as_ref().filter(|_| self.is_new_note.is_none())
    }

    fn has_changes(&self) -> bool {
        *self != Self { phone_type: self.phone_type.clone(), ..Self::new(self.client_id) }
    }
}

impl Operation for UpdateClient {
    type Output = SavedClient;

    const NAME: &'static str = "update_client";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;
    const FILE_PARAMETER: &'static str = "avatar";

    fn path(&self) -> Cow<'_, str> {
        "/update/client".into()
    }

    fn attachments(&self) -> &[Attachment] {
        self.avatar.as_slice()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("client_id", self.client_id);
        self.check_parameters(Some(self.client_id), check_phone, violations);
        violations.check_change(self.has_changes());
    }

    fn decode(response: &RawResponse<'_>) -> Result<SavedClient, ResponseError> {
        response.saved()
    }
}

fn check_phone(phone: &str, violations: &mut Violations) {
    violations.check_not_empty("phone", phone);
}
