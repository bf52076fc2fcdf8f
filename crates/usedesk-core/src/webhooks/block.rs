//! Dynamic blocks: HTML beside a ticket, from your own server.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::clients::{ClientAddress, ClientPhone, MessengerType, SocialProfile};
use crate::decode::lenient;
use crate::ids::{ChannelId, ClientId, TicketId};

use super::error::WebhookError;
use super::payload::Payload;

/// A request for the content of a dynamic block (Settings > Blocks, article 51413).
///
/// Respond with a [`BlockResponse`] within 60 seconds.
///
/// All members are optional: one that cannot be decoded is absent. So is a placeholder that Usedesk
/// has not filled, which arrives as its text, `{{client_id}}`, also in
/// [`parameters`](Self::parameters).
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockRequest {
    /// The ticket that the agent is viewing.
    pub ticket_id: Option<TicketId>,
    /// The subject of the ticket.
    pub subject: String,
    /// The client of the ticket.
    pub client_id: Option<ClientId>,
    /// How the client made contact.
    pub contact: Option<String>,
    /// The channel of the ticket.
    pub channel_id: Option<ChannelId>,
    /// The type of the channel; deprecated by Usedesk.
    pub channel_type: Option<String>,
    /// The e-mail address of the client; deprecated by Usedesk.
    pub from_email: Option<String>,
    /// The account of the client; deprecated by Usedesk.
    pub from_id: Option<String>,
    /// The client's data (`client_data` on the wire).
    #[serde_with(skip_apply)]
    #[serde(default, rename = "client_data", deserialize_with = "client")]
    pub client: BlockClient,
    /// Data of the channel, in an undocumented shape: one public program has `type`, `data`, `id`.
    pub channel_data: Option<Value>,
    /// Whether the block was loaded with the ticket and not by a click. Undocumented, seen in one
    /// public program: the meaning is inferred from the name.
    pub is_auto_load: Option<bool>,
    /// The parameters from the block's settings, and any others. A parameter called `secret` or
    /// `secret_key` is removed, at any depth.
    #[serde_with(skip_apply)]
    #[serde(flatten, deserialize_with = "parameters")]
    pub parameters: Map<String, Value>,
}

impl BlockRequest {
    pub(super) fn decode(payload: Payload) -> Result<Self, WebhookError> {
        payload.without_placeholders().decode(Payload::read).map(|(block, _)| block)
    }
}

/// The client in a [`BlockRequest`]. Clients write this data themselves, so do not trust it.
///
/// Phones, profiles and addresses have the same types as in a [`Client`](crate::clients::Client);
/// their ids and dates are not documented here.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockClient {
    /// The client's name.
    pub name: Option<String>,
    /// The client's e-mail addresses.
    pub emails: Vec<String>,
    /// The client's phones.
    pub phones: Vec<ClientPhone>,
    /// The client's social network profiles (`social_services` on the wire).
    #[serde(rename = "social_services")]
    pub social_networks: Vec<SocialProfile>,
    /// The client's addresses.
    pub addresses: Vec<ClientAddress>,
    /// The client's messengers.
    pub messengers: Vec<BlockMessenger>,
    /// The client's websites.
    pub sites: Vec<String>,
}

/// A messenger of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockMessenger {
    /// The type of the messenger.
    #[serde(rename = "type")]
    pub messenger_type: Option<MessengerType>,
    /// The client's id in the messenger, not the id of an entry as in
    /// [`ClientMessenger`](crate::clients::ClientMessenger).
    pub id: Option<String>,
}

lenient::objects!(BlockClient, BlockMessenger);

fn client<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BlockClient, D::Error> {
    lenient::read(deserializer).map(Option::unwrap_or_default)
}

/// Decodes JSON as it is in the payload, whatever features of `serde_json` are enabled: its own
/// `Value` would decode some texts once more.
fn parameters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    match lenient::read(deserializer)? {
        Some(Value::Object(parameters)) => Ok(parameters),
        _ => Ok(Map::new()),
    }
}

/// The content of a dynamic block (article 51413).
///
/// The agent's browser renders it as HTML: **escape** `<`, `>`, `&`, `"` and `'` in every text that
/// you did not write, or a client's name could run a script there.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::BlockResponse;
///
/// let response = BlockResponse::new("<b>No open orders</b>");
/// assert_eq!(BlockResponse::CONTENT_TYPE, "application/json");
/// assert_eq!(response.into_body(), r#"{"html":"<b>No open orders</b>"}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "a response does nothing until it is sent"]
pub struct BlockResponse {
    html: String,
}

impl BlockResponse {
    /// The content type of the response.
    pub const CONTENT_TYPE: &str = "application/json";

    /// Creates a response from HTML in which foreign texts are escaped.
    pub fn new(html: impl Into<String>) -> Self {
        Self { html: html.into() }
    }

    /// Returns the body of the response.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        let members = Map::from_iter([("html".to_owned(), Value::from(self.html))]);
        Value::Object(members).to_string().into()
    }
}
