//! Reading a client.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::date_time::UtcDateTime;
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
/// The response is an array of one object around the client. The object repeats some of its
/// members, the e-mail addresses as nulls; they are ignored.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if the id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. The
/// response for an unknown client is not documented; a public client of the API expects an empty
/// array, for which [`Error::is_not_found`](crate::Error::is_not_found) is true. Reading changes
/// nothing.
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
    /// Creates a request for the client with this id.
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
        violations.check_id("client_id", self.client_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Client, ResponseError> {
        #[derive(Deserialize)]
        struct Wrapper {
            // Required: an object of another shape does not mean that there is no client.
            #[serde(deserialize_with = "lenient::object_unless_empty")]
            client: Option<Client>,
        }

        let wrappers: Rows<Option<Wrapper>> = response.found("client")?;
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

/// A client, a customer who writes to the help desk.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Client {
    /// The client's id.
    #[serde_with(skip_apply)]
    pub id: ClientId,
    /// The client's name.
    pub name: String,
    /// The URL of the client's picture.
    pub avatar: Option<String>,
    /// The client's job.
    pub position: Option<String>,
    /// The agents' note.
    pub note: Option<String>,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The client's id in Zendesk.
    pub zendesk_id: Option<u64>,
    /// Whether the client sends spam.
    pub spammer: Option<bool>,
    /// Whether the client is a VIP.
    pub vip: Option<bool>,
    /// The id of the [company](Self::client_company) that the client works for.
    pub client_company_id: Option<u64>,
    /// When the client was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the client was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
    /// The client's language.
    pub lang: Option<String>,
    /// The client's tickets.
    pub tickets: Vec<TicketId>,
    /// The e-mail addresses.
    pub emails: Vec<ClientEmail>,
    /// The phones.
    pub phones: Vec<ClientPhone>,
    /// The social network profiles.
    pub social_networks: Vec<SocialProfile>,
    /// The messengers.
    pub messengers: Vec<ClientMessenger>,
    /// The addresses.
    pub addresses: Vec<ClientAddress>,
    /// The websites.
    pub sites: Vec<ClientSite>,
    /// The company that the client works for.
    pub client_company: Option<ClientCompany>,
}

/// A company that clients work for.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientCompany {
    /// The id.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub id: u64,
    /// The name.
    pub name: String,
    /// The agents' note.
    pub note: Option<String>,
    /// The domains of the e-mail addresses. Their format is not documented.
    pub domains: Vec<String>,
    /// The phone.
    pub phone: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// Whether the company is a VIP.
    pub vip: Option<bool>,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The URL of the picture.
    pub avatar: Option<String>,
    /// When the company was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the company was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

lenient::objects!(Client, ClientCompany);
