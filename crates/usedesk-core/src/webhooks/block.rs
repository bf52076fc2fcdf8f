//! Dynamic blocks: what an agent sees beside a ticket, made by a server of yours.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::deserialize;

use super::error::{self, WebhookError};
use crate::clients::{ClientAddress, ClientPhone, MessengerType, SocialProfile};
use crate::ids::{ChannelId, ClientId, TicketId};
use crate::lenient;

/// Usedesk asks for the content of a dynamic block (Settings > Blocks, article 51413).
///
/// Answer with a [`BlockAnswer`] within 60 seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockRequest {
    /// The ticket that the agent looks at.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_id: Option<TicketId>,
    /// Its subject.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub subject: String,
    /// Its client.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// How the client wrote.
    #[serde(default, deserialize_with = "lenient::text")]
    pub contact: Option<String>,
    /// The channel by which the ticket arrived.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub channel_id: Option<ChannelId>,
    /// What kind of channel it is; deprecated by Usedesk.
    #[serde(default, deserialize_with = "lenient::text")]
    pub channel_type: Option<String>,
    /// From which e-mail address the client wrote; deprecated by Usedesk.
    #[serde(default, deserialize_with = "lenient::text")]
    pub from_email: Option<String>,
    /// From which account the client wrote; deprecated by Usedesk.
    #[serde(default, deserialize_with = "lenient::text")]
    pub from_id: Option<String>,
    /// The client's data (`client_data` on the wire).
    #[serde(default, rename = "client_data")]
    pub client: BlockClient,
    /// More of the channel, in a shape that is not documented: a program has `type`, `data`, `id`.
    #[serde(default)]
    pub channel_data: Option<Value>,
    /// Whether the block was loaded with the ticket and not by a click. Only a program has it, so
    /// the meaning is a guess from the name.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_auto_load: bool,
    /// The parameters that the block's settings add, and any others.
    #[serde(flatten)]
    pub parameters: Map<String, Value>,
}

impl BlockRequest {
    /// Reads a payload, its secret taken out already.
    pub(super) fn read(payload: Map<String, Value>) -> Result<Self, WebhookError> {
        error::read(payload, &["client_data"], |payload| deserialize(payload))
    }
}

/// What is known of the client. All of it comes from clients, so do not trust it.
///
/// Phones, profiles and addresses have the types that a [`Client`](crate::clients::Client) has; no
/// ids and dates of theirs are documented here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockClient {
    /// The client's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The client's e-mail addresses.
    #[serde(default, deserialize_with = "lenient::names")]
    pub emails: Vec<String>,
    /// The client's phones.
    #[serde(default, deserialize_with = "lenient::list")]
    pub phones: Vec<ClientPhone>,
    /// The client's profiles in social networks (`social_services` on the wire).
    #[serde(default, rename = "social_services", deserialize_with = "lenient::list")]
    pub social_networks: Vec<SocialProfile>,
    /// The client's addresses.
    #[serde(default, deserialize_with = "lenient::list")]
    pub addresses: Vec<ClientAddress>,
    /// The client's messengers.
    #[serde(default, deserialize_with = "lenient::list")]
    pub messengers: Vec<BlockMessenger>,
    /// The client's web sites.
    #[serde(default, deserialize_with = "lenient::names")]
    pub sites: Vec<String>,
}

/// A messenger of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockMessenger {
    /// What kind of messenger it is.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub messenger_type: Option<MessengerType>,
    /// The client's id in the messenger: not that of an entry, which it is in
    /// [`ClientMessenger`](crate::clients::ClientMessenger).
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: Option<String>,
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

lenient::objects!(BlockMessenger);
