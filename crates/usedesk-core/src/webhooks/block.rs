//! Dynamic blocks: what an agent sees beside a ticket, made by a server of yours.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::clients::{ClientAddress, ClientPhone, MessengerType, SocialProfile};
use crate::decode::lenient;
use crate::ids::{ChannelId, ClientId, TicketId};

use super::error::{self, WebhookError};
use super::payload::Payload;

/// Usedesk asks for the content of a dynamic block (BuilderSettings > Blocks, article 51413).
///
/// RawResponse with a [`BlockAnswer`] within 60 seconds.
///
/// A placeholder that Usedesk has not filled arrives as text, `{{client_id}}`: such a member is
/// absent, also in [`parameters`](Self::parameters). So is what cannot be read, since all is
/// optional.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockRequest {
    /// The ticket that the agent looks at.
    pub ticket_id: Option<TicketId>,
    /// Its subject.
    pub subject: String,
    /// Its client.
    pub client_id: Option<ClientId>,
    /// How the client wrote.
    pub contact: Option<String>,
    /// The channel by which the ticket arrived.
    pub channel_id: Option<ChannelId>,
    /// What kind of channel it is; deprecated by Usedesk.
    pub channel_type: Option<String>,
    /// From which e-mail address the client wrote; deprecated by Usedesk.
    pub from_email: Option<String>,
    /// From which account the client wrote; deprecated by Usedesk.
    pub from_id: Option<String>,
    /// The client's data (`client_data` on the wire).
    #[serde_with(skip_apply)]
    #[serde(default, rename = "client_data", deserialize_with = "client")]
    pub client: BlockClient,
    /// More of the channel, in a shape that is not documented: a program has `type`, `data`, `id`.
    pub channel_data: Option<Value>,
    /// Whether the block was loaded with the ticket and not by a click. Only a program has it, so
    /// the meaning is a guess from the name.
    pub is_auto_load: Option<bool>,
    /// The parameters that the block's settings add, and any others. A parameter called `secret` or
    /// `secret_key` is removed, at any depth.
    #[serde_with(skip_apply)]
    #[serde(flatten)]
    pub parameters: Map<String, Value>,
}

impl BlockRequest {
    pub(super) fn read(payload: Payload) -> Result<Self, WebhookError> {
        error::read(payload.without_placeholders(), Payload::read).map(|(block, _)| block)
    }
}

/// What is known of the client. All of it comes from clients, so do not trust it.
///
/// Phones, profiles and addresses have the types that a [`Client`](crate::clients::Client) has; no
/// ids and dates of theirs are documented here.
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
    /// The client's profiles in social networks (`social_services` on the wire).
    #[serde(rename = "social_services")]
    pub social_networks: Vec<SocialProfile>,
    /// The client's addresses.
    pub addresses: Vec<ClientAddress>,
    /// The client's messengers.
    pub messengers: Vec<BlockMessenger>,
    /// The client's web sites.
    pub sites: Vec<String>,
}

/// A messenger of a client.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockMessenger {
    /// What kind of messenger it is.
    #[serde(rename = "type")]
    pub messenger_type: Option<MessengerType>,
    /// The client's id in the messenger: not that of an entry, which it is in
    /// [`ClientMessenger`](crate::clients::ClientMessenger).
    pub id: Option<String>,
}

lenient::objects!(BlockClient, BlockMessenger);

fn client<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BlockClient, D::Error> {
    lenient::read(deserializer).map(Option::unwrap_or_default)
}

/// The content of a dynamic block (article 51413).
///
/// Agents see it as HTML: **escape** every text that is not yours, `<`, `>`, `&`, `"` and `'`, or
/// a client could run a script in the agent's browser by choosing a name.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::BlockAnswer;
///
/// let answer = BlockAnswer::new("<b>No open orders</b>");
/// assert_eq!(BlockAnswer::CONTENT_TYPE, "application/json");
/// assert_eq!(answer.into_body(), r#"{"html":"<b>No open orders</b>"}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "an answer does nothing until it is sent"]
pub struct BlockAnswer {
    html: String,
}

impl BlockAnswer {
    /// The content type to answer with.
    pub const CONTENT_TYPE: &str = "application/json";

    /// This HTML, in which every text that is not yours is escaped.
    pub fn new(html: impl Into<String>) -> Self {
        Self { html: html.into() }
    }

    /// The body to answer with.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        let members = Map::from_iter([("html".to_owned(), Value::from(self.html))]);
        Value::Object(members).to_string().into()
    }
}
