//! The contacts of a client, as answers have them.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::clients::{AddressType, MessengerType, SocialNetwork};
use crate::ids::{ClientId, MessengerId, SiteId};
use crate::lenient;
use crate::phone_type::PhoneType;

/// An e-mail address of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientEmail {
    /// The id of this entry.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The address.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub email: String,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// `fullcontact` on the wire; what it means is not documented.
    #[serde(default, rename = "fullcontact", deserialize_with = "lenient::flag")]
    pub full_contact: bool,
    /// How it stands with the address; the words are not documented.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// A phone of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientPhone {
    /// The id of this entry.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The number.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub phone: String,
    /// What kind of phone it is.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub phone_type: Option<PhoneType>,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// A profile of a client in a social network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SocialProfile {
    /// The id of this entry.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient::text")]
    pub url: Option<String>,
    /// The network.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub network: Option<SocialNetwork>,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The client's id in the network.
    #[serde(default, deserialize_with = "lenient::text")]
    pub uid: Option<String>,
    /// The client's name in the network.
    #[serde(default, deserialize_with = "lenient::text")]
    pub nickname: Option<String>,
    /// `fullcontact` on the wire; what it means is not documented.
    #[serde(default, rename = "fullcontact", deserialize_with = "lenient::flag")]
    pub full_contact: bool,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// A messenger of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientMessenger {
    /// The id of this entry, by which [`UpdateClient`](crate::clients::UpdateClient) changes or deletes it.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<MessengerId>,
    /// The client's name or number in the messenger.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub identity: String,
    /// What kind of messenger it is.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub messenger_type: Option<MessengerType>,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The client's id in the messenger.
    #[serde(default, deserialize_with = "lenient::text")]
    pub uid: Option<String>,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// An address of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientAddress {
    /// The id of this entry.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The country.
    #[serde(default, deserialize_with = "lenient::text")]
    pub country: Option<String>,
    /// The city.
    #[serde(default, deserialize_with = "lenient::text")]
    pub city: Option<String>,
    /// The street and the rest.
    #[serde(default, deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// What it is for.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub address_type: Option<AddressType>,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// A web site of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientSite {
    /// The id of this entry, by which [`UpdateClient`](crate::clients::UpdateClient) changes or deletes it.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<SiteId>,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub url: String,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// When it was added.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}
