//! Creating a client.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;
use serde_with::{serde_as, skip_serializing_none};

use crate::clients::parameters::Site;
use crate::clients::shared::shared_parameters;
use crate::clients::{Address, Messenger, PhoneType, SavedClient};
use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::encode::formats::TrueOrZero;
use crate::ids::ClientId;
use crate::operation::{Operation, Safety};
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// Lower limit for the digits of a new client's phone (51385).
pub const MIN_PHONE_DIGITS: usize = 10;

/// Upper limit for the digits of a new client's phone (51385).
pub const MAX_PHONE_DIGITS: usize = 15;

/// Creates a client and returns its id: `POST /create/client`, article 51385.
///
/// No parameter is required, as on the page. Whether the server finds a client with the same e-mail
/// address or phone instead of creating one is not documented.
///
/// The old parameter `status` is omitted: [`vip`](Self::vip) and [`spammer`](Self::spammer) replace
/// it. So is the undocumented `is_new_note`: a new client has no earlier note.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if rules below are violated (nothing is sent;
/// the error has every violation), and with [`Rejected`](crate::ErrorKind::Rejected) if the server
/// rejects the request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the
/// client may exist, and sending the request again may create a second one. If
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true, it does exist.
///
/// # Examples
///
/// ```
/// use usedesk_core::PhoneType;
/// use usedesk_core::clients::{Address, CreateClient, Messenger, MessengerType};
///
/// let create = CreateClient::new()
///     .name("Ann Ozola")
///     .email("ann@example.com")
///     .phone("37120000000")
///     .phone_type(PhoneType::Mobile)
///     .messenger(Messenger::new(MessengerType::Telegram, "@ann"))
///     .address(Address::new().country("Latvia").city("Riga"))
///     .vip(true);
/// # let _ = create;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CreateClient {
    name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messengers: Vec<Messenger>,
    note: Option<String>,
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

impl CreateClient {
    /// Creates a request for a client without data.
    pub fn new() -> Self {
        Self::default()
    }

    shared_parameters!();

    /// Sets the note for agents: `note`, at least one character.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets the phone: `phone`, [`MIN_PHONE_DIGITS`] to [`MAX_PHONE_DIGITS`] digits.
    ///
    /// The page allows digits only (51385). A leading plus sign works in one public client, so it
    /// is allowed, too; spaces and other characters are violations.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Sets a client to merge with: `merge_id`. Its effect on a client that is being created is not
    /// documented.
    pub fn merge(mut self, client: impl Into<ClientId>) -> Self {
        self.merge_id = Some(client.into());
        self
    }

    /// Sets the address: `client_country`, `client_city` and `client_address`.
    pub fn address(self, address: Address) -> Self {
        self.set_address(address, None)
    }

    /// Sets the address as an additional one: as [`address`](Self::address), with `new_address`.
    /// Its effect on a client that is being created is not documented.
    pub fn add_address(self, address: Address) -> Self {
        self.set_address(address, Some(true))
    }

    fn added_note(&self) -> Option<&String> {
        self.note.as_ref()
    }
}

impl Operation for CreateClient {
    type Output = SavedClient;

    const NAME: &'static str = "create_client";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;
    const FILE_PARAMETER: &'static str = "avatar";

    fn path(&self) -> Cow<'_, str> {
        "/create/client".into()
    }

    fn attachments(&self) -> &[Attachment] {
        self.avatar.as_slice()
    }

    fn check(&self, violations: &mut Violations) {
        self.check_parameters(None, check_phone, violations);
    }

    fn decode(response: &RawResponse<'_>) -> Result<SavedClient, ResponseError> {
        response.saved()
    }
}

fn check_phone(phone: &str, violations: &mut Violations) {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    violations.check_length("phone", digits, MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let rule = Rule::Custom("contain only digits after an optional plus sign".into());
        violations.push("phone", rule, quote(phone));
    }
}
