//! Whom to believe.

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::block::BlockRequest;
use super::body;
use super::error::WebhookError;
use super::event::{self, Event};
use crate::lenient;
use crate::token::ApiToken;

/// Reads requests that Usedesk makes, and believes those with the right secret.
///
/// There is no default: say whether there is a secret to check. It is compared in constant time
/// (only its length can be guessed from how long that takes), it is in no `Debug` output and no
/// error, and it is taken out of every payload.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// None when every request is believed.
    secret: Option<ApiToken>,
    believes_bare_deliveries: bool,
}

impl Receiver {
    /// Believes requests that carry this secret.
    ///
    /// Older pages say that a webhook's `secret` is the API channel's token, newer ones that it is
    /// the application's id: look at a request of your own desk before you choose. A dynamic block
    /// has a secret key of its own, so it takes a receiver of its own. An empty secret is never
    /// right.
    pub fn with_secret(secret: impl Into<ApiToken>) -> Self {
        Self { secret: Some(secret.into()), believes_bare_deliveries: false }
    }

    /// Believes every request. Anybody who knows the URL can then send what they like, so keep the
    /// URL itself secret or let only Usedesk reach it.
    #[must_use]
    pub fn without_secret() -> Self {
        Self { secret: None, believes_bare_deliveries: false }
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
    /// # Errors
    ///
    /// With [`WebhookError`], which knows the HTTP status to answer.
    pub fn event(&self, content_type: &str, body: &[u8]) -> Result<Event, WebhookError> {
        let mut payload = body::read(content_type, body)?;
        let secret = payload.remove("secret");
        let may_lack_secret = self.believes_bare_deliveries && event::is_delivery(&payload);
        self.check(secret.as_ref(), may_lack_secret)?;
        event::read(payload).map_err(|error| self.tidy(error, secret))
    }

    /// Reads the request for a dynamic block, as [`event`](Self::event) reads a webhook. The secret
    /// is here the block's secret key.
    ///
    /// # Errors
    ///
    /// With [`WebhookError`], which knows the HTTP status to answer.
    pub fn block(&self, content_type: &str, body: &[u8]) -> Result<BlockRequest, WebhookError> {
        let mut payload = body::read(content_type, body)?;
        let secret = payload.remove("secret_key");
        self.check(secret.as_ref(), false)?;
        BlockRequest::read(payload).map_err(|error| self.tidy(error, secret))
    }

    fn check(&self, received: Option<&Value>, may_be_missing: bool) -> Result<(), WebhookError> {
        let Some(expected) = &self.secret else { return Ok(()) };
        let received = match received {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text,
            // An id may be a number in JSON.
            Some(other) => &other.to_string(),
        };
        if received.is_empty() {
            return if may_be_missing { Ok(()) } else { Err(WebhookError::MissingSecret) };
        }
        let is_equal = received.as_bytes().ct_eq(expected.expose().as_bytes());
        if is_equal.into() { Ok(()) } else { Err(WebhookError::WrongSecret) }
    }

    /// Takes the secret out of an error, this receiver's or, where it has none, the request's own.
    fn tidy(&self, error: WebhookError, received: Option<Value>) -> WebhookError {
        let received = || received.and_then(|secret| lenient::text(secret).ok().flatten());
        let secret = self.secret.clone().or_else(|| received().map(ApiToken::from));
        error.tidied(secret.as_ref())
    }
}
