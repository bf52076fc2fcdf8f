//! Listing the channels.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, Rows, lenient, open_enum};
use crate::ids::ChannelId;
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Lists the channels: `GET /channels`, article 51397.
///
/// The response has all channels; there is no pagination. The token is in the URL, since this is a
/// GET request, so debug logs of HTTP libraries may contain it.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if the type is an empty text (nothing is
/// sent), and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request.
/// Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::channels::{ChannelType, ListChannels};
///
/// let chats = ListChannels::new().channel_type(ChannelType::Chat);
/// # let _ = chats;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListChannels {
    channel_type: Option<ChannelType>,
}

impl ListChannels {
    /// Creates a request for all channels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Filters by type: `channel_type`. Presumably undocumented, seen in a public client.
    pub fn channel_type(mut self, channel_type: ChannelType) -> Self {
        self.channel_type = Some(channel_type);
        self
    }
}

impl Operation for ListChannels {
    type Output = Rows<Channel>;

    const NAME: &'static str = "list_channels";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/channels".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_not_empty("channel_type", &self.channel_type);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

open_enum! {
    /// The type of a channel. The values are those of a public client.
    pub enum ChannelType {
        /// `email`
        Email = "email",
        /// `facebook`
        Facebook = "facebook",
        /// `vk`
        Vk = "vk",
        /// `telephony`
        Telephony = "telephony",
        /// `chat`: the only type that accepts messages by
        /// [`AddMessage`](crate::chats::AddMessage).
        Chat = "chat",
        /// `wechat`
        WeChat = "wechat",
        /// `twitter`
        Twitter = "twitter",
        /// `yandex_market`
        YandexMarket = "yandex_market",
        /// `api`
        Api = "api",
        /// `instagram`
        Instagram = "instagram",
        /// `whatsapp`
        WhatsApp = "whatsapp",
    }
}

/// A channel.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Channel {
    /// The id (`channel_id` on the wire).
    #[serde_with(skip_apply)]
    #[serde(rename = "channel_id")]
    pub id: ChannelId,
    /// The name (`channel_name` on the wire).
    #[serde(rename = "channel_name")]
    pub name: String,
    /// The type.
    pub channel_type: Option<ChannelType>,
}
