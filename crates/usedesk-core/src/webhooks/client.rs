//! The client in an event.

use serde::de::MapAccess;
use serde::{Deserialize, Serialize};

use crate::clients::ClientPhone;
use crate::decode::lenient::members::Members;
use crate::decode::lenient::{self, FromJson, Scalar, Text};
use crate::ids::ClientId;

/// The client in an event, with fewer members than a [`Client`](crate::clients::Client).
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventClient {
    /// The client's id.
    pub id: Option<ClientId>,
    /// The client's name.
    pub name: Option<String>,
    /// The URL of the client's picture.
    pub avatar: Option<String>,
    /// The agents' note about the client.
    pub note: Option<String>,
    /// The client's e-mail addresses.
    pub emails: Vec<String>,
    /// The client's phones.
    pub phones: Vec<ClientPhone>,
    /// The client's ids in other systems.
    pub additional_ids: Vec<AdditionalId>,
}

/// An id of a client in another system.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdditionalId {
    /// The id.
    pub value: String,
}

lenient::objects!(EventClient);

// On the wire an object, or only the id.
impl FromJson for AdditionalId {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Text::from_scalar(scalar).map(|Text(value)| Self { value })
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        Ok(members.read()?.ok())
    }
}
