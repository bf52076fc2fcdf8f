//! Whom to believe.

use serde_json::Value;
use subtle::{Choice, ConstantTimeEq};

use crate::secret::ApiToken;
use crate::violations::{Rule, Violations};

use super::block::BlockRequest;
use super::body;
use super::error::{InvalidSecret, WebhookError};
use super::event::{self, Event, Kind};
use super::payload::Payload;

/// The member that makes a request a ping.
const PING: &str = "ping";

/// Reads requests that Usedesk makes, and believes those with the right secret.
///
/// There is no default: say whether there is a secret to check. It is compared in constant time
/// (only its length can be guessed from how long that takes), it is in no `Debug` output and no
/// error, and it is removed from every payload.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::Receiver;
///
/// let receiver = Receiver::with_secret("5f2c")?;
/// assert!(receiver.event("application/json", br#"{"secret": "5f2c"}"#).is_ok());
/// assert!(receiver.event("application/json", br#"{"secret": "other"}"#).is_err());
/// // Whatever the secret: Usedesk sends this without one when the URL is saved.
/// assert!(receiver.event("application/json", br#"{"ping": true}"#).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Receiver {
    /// None when every request is believed.
    secrets: Option<Vec<ApiToken>>,
    believes_bare_deliveries: bool,
}

impl Receiver {
    /// Believes requests that carry this secret.
    ///
    /// Older pages say that a webhook's `secret` is the API channel's token, newer ones that it is
    /// the application's id: look at a request of your own desk before you choose, or take
    /// [both](Self::with_secrets). A dynamic block has a secret key of its own, so it takes a
    /// receiver of its own.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret`] when the secret is empty or contains white space or
    /// control characters, as an API token must not either: usually a line break that was read from
    /// a file with it, and no request would ever be believed.
    pub fn with_secret(secret: impl Into<ApiToken>) -> Result<Self, InvalidSecret> {
        Self::with_secrets([secret])
    }

    /// Believes requests that carry any of these secrets: the old and the new one while you change
    /// it, or the application's id and the API channel's token.
    ///
    /// A request is compared with all of them, whichever is right.
    ///
    /// # Errors
    ///
    /// As for [`with_secret`](Self::with_secret), and when there is none.
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
            Ok(Self { secrets: Some(secrets), believes_bare_deliveries: false })
        } else {
            Err(InvalidSecret(violations))
        }
    }

    /// Believes every request. Anybody who knows the URL can then send what they like, so keep the
    /// URL itself secret or let only Usedesk reach it.
    #[must_use]
    pub fn without_secret() -> Self {
        Self { secrets: None, believes_bare_deliveries: false }
    }

    /// Checks the secret of a WhatsApp delivery only if there is one: the documented sample has
    /// none. All other events still need it.
    #[must_use]
    pub fn deliveries_without_secret(mut self) -> Self {
        self.believes_bare_deliveries = true;
        self
    }

    /// Reads a webhook from the `Content-Type` header of a request and its body.
    ///
    /// JSON, forms and multipart give the same event; switch on *JSON request* in the API channel
    /// all the same. A body that begins with `{` is JSON whatever the content type says, since
    /// what Usedesk writes there is not documented. Files that are parts of a multipart body are
    /// left out: no documented event has one, an event's files are URLs.
    ///
    /// A request with a member `ping` is an [`Event::Ping`], whatever else it holds and whatever its
    /// secret: answer 200, or Usedesk does not accept the URL.
    ///
    /// It takes less memory than ten times [`MAX_WEBHOOK_BODY`](super::MAX_WEBHOOK_BODY), the body
    /// included, and so does [`block`](Self::block).
    ///
    /// # Errors
    ///
    /// With [`WebhookError`], which knows the HTTP status to answer.
    pub fn event(&self, content_type: &str, body: &[u8]) -> Result<Event, WebhookError> {
        let mut members = body::read(content_type, body)?;
        // It comes without a secret. Nothing else of it is told, so it is no way round the secret.
        if members.contains_key(PING) {
            return Ok(Event::Ping);
        }
        let secret = members.remove("secret");
        let payload = Payload::from(members);
        let kind = Kind::of(&payload);
        let is_delivery = kind.is_some_and(Kind::is_delivery);
        self.check(secret.as_ref(), self.believes_bare_deliveries && is_delivery)?;
        event::read(kind, payload)
    }

    /// Reads the request for a dynamic block, as [`event`](Self::event) reads a webhook. The secret
    /// is here the block's secret key, and there is no ping.
    ///
    /// # Errors
    ///
    /// With [`WebhookError`], which knows the HTTP status to answer.
    pub fn block(&self, content_type: &str, body: &[u8]) -> Result<BlockRequest, WebhookError> {
        let mut members = body::read(content_type, body)?;
        let secret = members.remove("secret_key");
        self.check(secret.as_ref(), false)?;
        BlockRequest::read(members.into())
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
        // All of them, so that the time does not tell which one it is.
        let is_known = secrets.iter().fold(Choice::from(0), |is_known, secret| {
            is_known | received.as_bytes().ct_eq(secret.expose().as_bytes())
        });
        if is_known.into() { Ok(()) } else { Err(WebhookError::WrongSecret) }
    }
}
