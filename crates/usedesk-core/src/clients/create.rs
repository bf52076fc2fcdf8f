//! Create a client.

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

/// The fewest digits of a new client's phone (51385).
pub const MIN_PHONE_DIGITS: usize = 10;

/// The most digits of a new client's phone (51385).
pub const MAX_PHONE_DIGITS: usize = 15;

/// Creates a client: `POST /create/client`, article 51385. The answer is the client's id.
///
/// The page marks nothing as required, so neither does this: a request without any parameter is
/// sent. Whether a client with the same e-mail address or phone is found instead of created is not
/// documented.
///
/// The old parameter `status` is not here: [`vip`](Self::vip) and [`spammer`](Self::spammer)
/// replace it. Nor is `is_new_note`, which only code has: a new client has no note before.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken; the error holds every violation. A refusal of the server is
/// [`Refused`](crate::ErrorKind::Rejected). Whether the client may have been created all the same,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells: then sending it again may create
/// another. It was created when
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true.
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
    /// Whether an address was given, even one without a part.
    #[serde(skip)]
    has_address: bool,
}

impl CreateClient {
    /// A client of whom nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    shared_parameters!();

    /// What agents should know: `note`. It is not empty.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The phone: `phone`, [`MIN_PHONE_DIGITS`] to [`MAX_PHONE_DIGITS`] digits.
    ///
    /// The page wants digits and nothing else (51385). A plus sign before them works in one public
    /// client, so it may stand there; spaces and other characters are violations.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// The client to merge with: `merge_id`. What that means for a client who is only being
    /// created is not documented.
    pub fn merge(mut self, client: impl Into<ClientId>) -> Self {
        self.merge_id = Some(client.into());
        self
    }

    /// Where the client lives or works: `client_country`, `client_city` and `client_address`.
    pub fn address(self, address: Address) -> Self {
        self.set_address(address, None)
    }

    /// The same with `new_address`, which asks for another address instead of a change of the
    /// present one. What it means for a client who is only being created is not documented.
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

    fn decode(answer: &RawResponse<'_>) -> Result<SavedClient, ResponseError> {
        answer.saved()
    }
}

fn check_phone(phone: &str, violations: &mut Violations) {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    violations.check_length("phone", digits, MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let rule = Rule::Custom("have digits only, but for a plus sign before them".into());
        violations.push("phone", rule, quote(phone));
    }
}
