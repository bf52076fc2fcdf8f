//! Authentication and decoding of requests.

use serde_json::Value;
use subtle::{Choice, ConstantTimeEq};

use crate::secret::ApiToken;
use crate::violations::{Rule, Violations};

use super::block::BlockRequest;
use super::body;
use super::error::{InvalidSecret, WebhookError};
use super::event::{self, Event, Kind};
use super::payload::Payload;

/// The member that identifies a ping.
const PING: &str = "ping";

/// Decodes requests from Usedesk and accepts those with the right secret.
///
/// There is no default: choose whether to check a secret. It is compared in constant time (timing
/// can reveal its length only), appears in no `Debug` output and no error, and is removed from
/// every payload.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::Receiver;
///
/// let receiver = Receiver::with_secret("5f2c")?;
/// assert!(receiver.event("application/json", br#"{"secret": "5f2c"}"#).is_ok());
/// assert!(receiver.event("application/json", br#"{"secret": "other"}"#).is_err());
/// // A ping needs no secret: Usedesk sends it without one when the URL is saved.
/// assert!(receiver.event("application/json", br#"{"ping": true}"#).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Receiver {
    /// None if every request is accepted.
    secrets: Option<Vec<ApiToken>>,
    accepts_deliveries_without_secret: bool,
}

impl Receiver {
    /// Creates a receiver that accepts requests with this secret.
    ///
    /// According to older pages a webhook's `secret` is the API channel's token, according to newer
    /// ones the application's id: look at a request from your own desk, or accept
    /// [both](Self::with_secrets). A dynamic block has its own secret key, so it needs its own
    /// receiver.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidSecret`] if the secret is empty or contains whitespace or control
    /// characters, for example a line break from the file it was read from: no request could match
    /// it.
    pub fn with_secret(secret: impl Into<ApiToken>) -> Result<Self, InvalidSecret> {
        Self::with_secrets([secret])
    }

    /// Creates a receiver that accepts requests with any of these secrets: the old and the new one
    /// during a rotation, or the application's id and the API channel's token.
    ///
    /// Every request is compared with all of them.
    ///
    /// # Errors
    ///
    /// As for [`with_secret`](Self::with_secret), and if there are no secrets.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_core::webhooks::Receiver;
    ///
    /// let receiver = Receiver::with_secrets(["5f2c", "1207"])?;
    /// for body in [r#"{"secret": "5f2c"}"#, r#"{"secret": 1207}"#] {
    ///     assert!(receiver.event("application/json", body.as_bytes()).is_ok());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_secrets<S: Into<ApiToken>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidSecret> {
        const PARAMETER: &str = "secret";
        let secrets: Vec<ApiToken> = secrets.into_iter().map(Into::into).collect();
        let mut violations = Violations::default();
        if secrets.is_empty() {
            violations.push(PARAMETER, Rule::NotEmpty, "no secret");
        }
        for secret in &secrets {
            secret.check(PARAMETER, &mut violations);
        }
        if violations.is_empty() {
            Ok(Self { secrets: Some(secrets), accepts_deliveries_without_secret: false })
        } else {
            Err(InvalidSecret(violations))
        }
    }

    /// Creates a receiver that accepts every request.
    ///
    /// Anyone who knows the URL can then send events: keep the URL secret, or let only Usedesk
    /// reach it.
    #[must_use]
    pub fn without_secret() -> Self {
        Self { secrets: None, accepts_deliveries_without_secret: false }
    }

    /// Accepts WhatsApp deliveries without a secret, as in the documented sample.
    ///
    /// A secret that is present is still checked. All other events still need one.
    #[must_use]
    pub fn deliveries_without_secret(mut self) -> Self {
        self.accepts_deliveries_without_secret = true;
        self
    }

    /// Decodes a webhook from the `Content-Type` header of a request and its body.
    ///
    /// JSON, forms and multipart give the same event; still, prefer to turn on *JSON request* in
    /// the API channel. A body that begins with `{` is JSON whatever the content type, since the
    /// content type that Usedesk sends is not documented. Files in a multipart body are skipped: no
    /// documented event has one, and the files of an event are URLs.
    ///
    /// A request with a member `ping` is an [`Event::Ping`], whatever its other members and its
    /// secret. Respond with 200, or Usedesk does not accept the URL.
    ///
    /// This takes less than ten times [`MAX_WEBHOOK_BODY`](super::MAX_WEBHOOK_BODY) of memory, the
    /// body included, and so does [`block`](Self::block).
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookError`], which has the [HTTP status](WebhookError::status) to respond
    /// with.
    pub fn event(&self, content_type: &str, body: &[u8]) -> Result<Event, WebhookError> {
        let mut members = body::read(content_type, body)?;
        // A ping has no secret. Its other members are dropped, so it cannot bypass the check.
        if members.contains_key(PING) {
            return Ok(Event::Ping);
        }
        let secret = members.remove("secret");
        let payload = Payload::from(members);
        let kind = Kind::of(&payload);
        let is_delivery = kind.is_some_and(Kind::is_delivery);
        self.check(secret.as_ref(), self.accepts_deliveries_without_secret && is_delivery)?;
        event::decode(kind, payload)
    }

    /// Decodes the request for a dynamic block, as [`event`](Self::event) decodes a webhook.
    ///
    /// The secret is the block's secret key, and there are no pings.
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookError`], which has the [HTTP status](WebhookError::status) to respond
    /// with.
    pub fn block(&self, content_type: &str, body: &[u8]) -> Result<BlockRequest, WebhookError> {
        let mut members = body::read(content_type, body)?;
        let secret = members.remove("secret_key");
        self.check(secret.as_ref(), false)?;
        BlockRequest::decode(members.into())
    }

    fn check(&self, received: Option<&Value>, may_be_missing: bool) -> Result<(), WebhookError> {
        let Some(secrets) = &self.secrets else { return Ok(()) };
        let received = match received {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text,
            // An id may be a number in JSON.
            Some(other) => &other.to_string(),
        };
        if received.is_empty() {
            return if may_be_missing { Ok(()) } else { Err(WebhookError::MissingSecret) };
        }
        // Compare all of them, so that the time does not reveal which one matched.
        let is_known = secrets.iter().fold(Choice::from(0), |is_known, secret| {
            is_known | received.as_bytes().ct_eq(secret.expose().as_bytes())
        });
        if is_known.into() { Ok(()) } else { Err(WebhookError::WrongSecret) }
    }
}
