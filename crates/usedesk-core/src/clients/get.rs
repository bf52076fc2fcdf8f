//! Get a client.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, AnswerError};
use crate::ids::{ClientId, CompanyId, TicketId};
use crate::lenient;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

use self::contacts::{
    ClientAddress, ClientEmail, ClientMessenger, ClientPhone, ClientSite, SocialProfile,
};

pub(super) mod contacts;

/// Reads one client with all contacts: `POST /client`, article 51384.
///
/// The answer wraps the client in an array of one object, which repeats parts of it, the e-mail
/// addresses as nulls; only the client itself is read.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when the id is out of range, and
/// with [`Refused`](crate::ErrorKind::Refused) when the server does not give the client. How it
/// answers for an unknown one is not documented; a public client of the API expects an empty array,
/// for which [`Error::is_not_found`](crate::Error::is_not_found) is true. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::clients::GetClient;
///
/// let get = GetClient::new(901);
/// # let _ = get;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetClient {
    client_id: ClientId,
}

impl GetClient {
    /// The client with this id.
    pub fn new(client: impl Into<ClientId>) -> Self {
        Self { client_id: client.into() }
    }
}

impl Operation for GetClient {
    type Output = Client;

    const NAME: &'static str = "get_client";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/client".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("client_id", self.client_id.0);
    }

    fn decode(answer: &Answer<'_>) -> Result<Client, AnswerError> {
        #[derive(Deserialize)]
        struct Wrapper {
            // Must be there: an object of another shape does not say that there is no client.
            #[serde(deserialize_with = "lenient::optional")]
            client: Option<Client>,
        }

        let wrapper: Option<Option<Wrapper>> = answer.list()?.into_iter().next();
        wrapper.flatten().and_then(|wrapper| wrapper.client).ok_or(AnswerError::NotFound("client"))
    }
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Client {
    /// The client's id.
    pub id: ClientId,
    /// The client's name.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub name: String,
    /// Where the picture can be fetched.
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: Option<String>,
    /// What the client does for a living.
    #[serde(default, deserialize_with = "lenient::text")]
    pub position: Option<String>,
    /// What agents noted.
    #[serde(default, deserialize_with = "lenient::text")]
    pub note: Option<String>,
    /// The company whose help desk the client is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
    /// The id that the client had in Zendesk.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub zendesk_id: Option<u64>,
    /// Whether the client sends spam.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub spammer: bool,
    /// Whether the client is very important.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub vip: bool,
    /// The id of the [company](Self::client_company) that the client works for.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_company_id: Option<u64>,
    /// When the client was created.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When the client was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
    /// The client's language.
    #[serde(default, deserialize_with = "lenient::text")]
    pub lang: Option<String>,
    /// The client's tickets.
    #[serde(default, deserialize_with = "lenient::list")]
    pub tickets: Vec<TicketId>,
    /// E-mail addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub emails: Vec<ClientEmail>,
    /// Phones.
    #[serde(default, deserialize_with = "lenient::list")]
    pub phones: Vec<ClientPhone>,
    /// Profiles in social networks.
    #[serde(default, deserialize_with = "lenient::list")]
    pub social_networks: Vec<SocialProfile>,
    /// Messengers.
    #[serde(default, deserialize_with = "lenient::list")]
    pub messengers: Vec<ClientMessenger>,
    /// Addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Vec<ClientAddress>,
    /// Web sites.
    #[serde(default, deserialize_with = "lenient::list")]
    pub sites: Vec<ClientSite>,
    /// The company that the client works for.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub client_company: Option<ClientCompany>,
}

/// A company that clients work for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientCompany {
    /// Its id.
    #[serde(deserialize_with = "lenient::number")]
    pub id: u64,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub name: String,
    /// What agents noted.
    #[serde(default, deserialize_with = "lenient::text")]
    pub note: Option<String>,
    /// The domains of its e-mail addresses. How they are written is not documented.
    #[serde(default, deserialize_with = "lenient::names")]
    pub domains: Vec<String>,
    /// Its phone.
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// Its address.
    #[serde(default, deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// Whether it is very important.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub vip: bool,
    /// The company whose help desk it is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
    /// Where its picture can be fetched.
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: Option<String>,
    /// When it was created.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}
