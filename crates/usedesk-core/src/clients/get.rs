//! Get a client.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{ClientId, CompanyId, TicketId};
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
/// with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the client. How it
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

    fn decode(answer: &RawResponse<'_>) -> Result<Client, ResponseError> {
        #[derive(Deserialize)]
        struct Wrapper {
            // Must be there: an object of another shape does not say that there is no client.
            #[serde(deserialize_with = "lenient::object_unless_empty")]
            client: Option<Client>,
        }

        let wrappers: Rows<Option<Wrapper>> = answer.found("client")?;
        if let Some(error) = wrappers.errors().first() {
            return Err(ResponseError::Decode(error.to_string()));
        }
        let wrapper = wrappers.into_iter().next();
        wrapper
            .flatten()
            .and_then(|wrapper| wrapper.client)
            .ok_or(ResponseError::NotFound("client"))
    }
}

/// A client.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Client {
    /// The client's id.
    #[serde_with(skip_apply)]
    pub id: ClientId,
    /// The client's name.
    pub name: String,
    /// Where the picture can be fetched.
    pub avatar: Option<String>,
    /// What the client does for a living.
    pub position: Option<String>,
    /// What agents noted.
    pub note: Option<String>,
    /// The company whose help desk the client is in.
    pub company_id: Option<CompanyId>,
    /// The id that the client had in Zendesk.
    pub zendesk_id: Option<u64>,
    /// Whether the client sends spam.
    pub spammer: Option<bool>,
    /// Whether the client is very important.
    pub vip: Option<bool>,
    /// The id of the [company](Self::client_company) that the client works for.
    pub client_company_id: Option<u64>,
    /// When the client was created.
    pub created_at: Option<DateTime>,
    /// When the client was last changed.
    pub updated_at: Option<DateTime>,
    /// The client's language.
    pub lang: Option<String>,
    /// The client's tickets.
    pub tickets: Vec<TicketId>,
    /// E-mail addresses.
    pub emails: Vec<ClientEmail>,
    /// Phones.
    pub phones: Vec<ClientPhone>,
    /// Profiles in social networks.
    pub social_networks: Vec<SocialProfile>,
    /// Messengers.
    pub messengers: Vec<ClientMessenger>,
    /// Addresses.
    pub addresses: Vec<ClientAddress>,
    /// Web sites.
    pub sites: Vec<ClientSite>,
    /// The company that the client works for.
    pub client_company: Option<ClientCompany>,
}

/// A company that clients work for.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientCompany {
    /// Its id.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::number")]
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What agents noted.
    pub note: Option<String>,
    /// The domains of its e-mail addresses. How they are written is not documented.
    pub domains: Vec<String>,
    /// Its phone.
    pub phone: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Whether it is very important.
    pub vip: Option<bool>,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
    /// Where its picture can be fetched.
    pub avatar: Option<String>,
    /// When it was created.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

lenient::objects!(Client, ClientCompany);
