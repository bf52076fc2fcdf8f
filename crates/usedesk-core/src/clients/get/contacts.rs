//! The contacts of a client in responses.

use serde::de::MapAccess;
use serde::{Deserialize, Serialize};

use crate::clients::{AddressType, MessengerType, PhoneType, SocialNetwork};
use crate::date_time::UtcDateTime;
use crate::decode::lenient::members::Members;
use crate::decode::lenient::{self, FromJson, Scalar, Text};
use crate::ids::{ClientId, MessengerId, SiteId};

/// An e-mail address of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientEmail {
    /// The id of the entry.
    pub id: Option<u64>,
    /// The address.
    pub email: String,
    /// The client.
    pub client_id: Option<ClientId>,
    /// `fullcontact` on the wire. Its meaning is not documented.
    #[serde(rename = "fullcontact")]
    pub full_contact: Option<bool>,
    /// The status of the address. Its values are not documented.
    pub status: Option<String>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// A phone of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientPhone {
    /// The id of the entry.
    pub id: Option<u64>,
    /// The number.
    pub phone: String,
    /// The type of the phone.
    #[serde(rename = "type")]
    pub phone_type: Option<PhoneType>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// A social network profile of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SocialProfile {
    /// The id of the entry.
    pub id: Option<u64>,
    /// The URL.
    pub url: Option<String>,
    /// The network.
    #[serde(rename = "type")]
    pub network: Option<SocialNetwork>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The client's id in the network.
    pub uid: Option<String>,
    /// The client's name in the network.
    pub nickname: Option<String>,
    /// `fullcontact` on the wire. Its meaning is not documented.
    #[serde(rename = "fullcontact")]
    pub full_contact: Option<bool>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// A messenger of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientMessenger {
    /// The id of the entry, by which [`UpdateClient`](crate::clients::UpdateClient) changes or
    /// deletes it.
    pub id: Option<MessengerId>,
    /// The client's name or number in the messenger.
    pub identity: String,
    /// The type of the messenger.
    #[serde(rename = "type")]
    pub messenger_type: Option<MessengerType>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The client's id in the messenger.
    pub uid: Option<String>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// An address of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientAddress {
    /// The id of the entry.
    pub id: Option<u64>,
    /// The country.
    pub country: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The street and the rest of the address.
    pub address: Option<String>,
    /// The type of the address.
    #[serde(rename = "type")]
    pub address_type: Option<AddressType>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// A website of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientSite {
    /// The id of the entry, by which [`UpdateClient`](crate::clients::UpdateClient) changes or
    /// deletes it.
    pub id: Option<SiteId>,
    /// The URL.
    pub url: String,
    /// The client.
    pub client_id: Option<ClientId>,
    /// When the entry was added, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the entry was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

lenient::objects!(ClientEmail, SocialProfile, ClientMessenger, ClientAddress, ClientSite);

// On the wire an object, or only the number.
impl FromJson for ClientPhone {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let Text(phone) = Text::from_scalar(scalar)?;
        Some(Self {
            id: None,
            phone,
            phone_type: None,
            client_id: None,
            created_at: None,
            updated_at: None,
        })
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        Ok(members.read()?.ok())
    }
}
