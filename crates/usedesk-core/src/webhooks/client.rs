//! A client, as webhooks have it.

use serde::{Deserialize, Serialize};

use crate::clients::ClientPhone;
use crate::ids::ClientId;
use crate::lenient;

/// The client of an event: less than [`clients::Client`](crate::clients::Client) has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventClient {
    /// The client's id.
    pub id: ClientId,
    /// The client's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Where the client's picture is.
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: Option<String>,
    /// What agents noted.
    #[serde(default, deserialize_with = "lenient::text")]
    pub note: Option<String>,
    /// The client's e-mail addresses.
    #[serde(default, deserialize_with = "lenient::names")]
    pub emails: Vec<String>,
    /// The client's phones.
    #[serde(default, deserialize_with = "lenient::list")]
    pub phones: Vec<ClientPhone>,
    /// Ids of the client in other systems.
    #[serde(default, deserialize_with = "lenient::list")]
    pub additional_ids: Vec<AdditionalId>,
}

/// An id of a client in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdditionalId {
    /// The id.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub value: String,
}

lenient::objects!(AdditionalId);
