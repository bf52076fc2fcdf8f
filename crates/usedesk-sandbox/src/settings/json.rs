//! Settings as JSON, for control over HTTP.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Value, json};

use super::{LimitResponse, MAX_LATENCY, MAX_WEBHOOKS, RateLimit, Settings};
use crate::control::{ControlError, Members};
use crate::event::Encoding;
use crate::quirks::{Quirk, Quirks};
use crate::webhook::{Webhook, WebhookEvent};

/// [`MAX_LATENCY`] in milliseconds.
const MAX_MILLISECONDS: u64 = MAX_LATENCY.as_secs() * 1_000;
const STATUS: &str = "status";
const CODE: &str = "code";

impl Settings {
    /// Returns the settings without the token and the secrets.
    pub(crate) fn to_json(&self) -> Value {
        let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let rate_limit = self.rate_limit.map(|limit| {
            let response = match limit.response {
                LimitResponse::Status => STATUS,
                LimitResponse::Code => CODE,
            };
            json!({
                "per_minute": limit.per_minute,
                "response": response,
                "retry_after": limit.retry_after,
            })
        });
        json!({
            "quirks": self.quirks.iter().map(Quirk::word).collect::<Value>(),
            "latency_ms": {
                "min": milliseconds(self.latency.start()),
                "max": milliseconds(self.latency.end()),
            },
            "rate_limit": rate_limit,
            "read_lag_ms": milliseconds(&self.read_lag),
            "webhooks": self.webhooks.iter().map(show_webhook).collect::<Value>(),
        })
    }
}

/// The settings that a call changes.
pub(crate) struct Change {
    quirks: Option<Quirks>,
    latency: Option<RangeInclusive<Duration>>,
    #[expect(clippy::option_option, reason = "absent and null differ")]
    rate_limit: Option<Option<RateLimit>>,
    read_lag: Option<Duration>,
    webhooks: Option<Vec<NewWebhook>>,
}

struct NewWebhook {
    webhook: Webhook,
    /// Without one it has that of the same URL before.
    has_secret: bool,
}

impl Change {
    pub(crate) fn read(mut members: Members) -> Result<Self, ControlError> {
        let change = Self {
            quirks: read_quirks(&mut members)?,
            latency: members.object("latency_ms")?.map(read_latency).transpose()?,
            rate_limit: match members.value("rate_limit") {
                None => None,
                Some(Value::Null) => Some(None),
                Some(Value::Object(map)) => {
                    Some(Some(read_rate_limit(members.inside("rate_limit", map))?))
                }
                Some(value) => {
                    return Err(members.error("rate_limit", "must be an object or null", value));
                }
            },
            read_lag: members
                .number("read_lag_ms", 0..=MAX_MILLISECONDS)?
                .map(Duration::from_millis),
            webhooks: read_webhooks(&mut members)?,
        };
        members.finish()?;
        Ok(change)
    }

    /// Returns the settings with the change.
    pub(crate) fn of(self, settings: &Settings) -> Settings {
        let settings = settings.clone();
        Settings {
            quirks: self.quirks.unwrap_or(settings.quirks),
            latency: self.latency.unwrap_or(settings.latency),
            rate_limit: self.rate_limit.unwrap_or(settings.rate_limit),
            read_lag: self.read_lag.unwrap_or(settings.read_lag),
            webhooks: match self.webhooks {
                Some(new) => new.into_iter().map(|new| new.after(&settings.webhooks)).collect(),
                None => settings.webhooks,
            },
            token: settings.token,
            follows_host: settings.follows_host,
        }
    }
}

impl NewWebhook {
    fn after(self, known: &[Webhook]) -> Webhook {
        let Self { mut webhook, has_secret } = self;
        let same = known.iter().find(|known| known.url == webhook.url && !has_secret);
        if let Some(same) = same {
            webhook.secret.clone_from(&same.secret);
        }
        webhook
    }
}

fn read_quirks(members: &mut Members) -> Result<Option<Quirks>, ControlError> {
    let Some(value) = members.value("quirks") else { return Ok(None) };
    let read = |word: &Value| word.as_str().and_then(Quirk::from_word);
    let known = match &value {
        Value::Bool(on) => Some(Quirks::from(*on)),
        Value::Array(words) => words.iter().map(read).collect(),
        _ => None,
    };
    let words = Quirk::ALL.map(Quirk::word).join(", ");
    let rule = format!("must be true, false or a list of {words}");
    known.map(Some).ok_or_else(|| members.error("quirks", rule, value))
}

fn read_latency(mut members: Members) -> Result<RangeInclusive<Duration>, ControlError> {
    let min = members.number("min", 0..=MAX_MILLISECONDS)?.unwrap_or_default();
    let max = members.number("max", 0..=MAX_MILLISECONDS)?.unwrap_or(min);
    if max < min {
        return Err(members.error("max", "must be at least min", max));
    }
    members.finish()?;
    Ok(Duration::from_millis(min)..=Duration::from_millis(max))
}

fn read_webhooks(members: &mut Members) -> Result<Option<Vec<NewWebhook>>, ControlError> {
    let items = match members.value("webhooks") {
        None => return Ok(None),
        Some(Value::Array(items)) if items.len() <= MAX_WEBHOOKS => items,
        Some(value) => {
            let rule = format!("must be a list of at most {MAX_WEBHOOKS} objects");
            return Err(members.error("webhooks", rule, value));
        }
    };
    let webhooks = items.into_iter().enumerate().map(|(at, item)| match item {
        Value::Object(map) => read_webhook(members.inside(&format!("webhooks[{at}]"), map)),
        value => Err(members.error(&format!("webhooks[{at}]"), "must be an object", value)),
    });
    webhooks.collect::<Result<_, _>>().map(Some)
}

fn read_webhook(mut members: Members) -> Result<NewWebhook, ControlError> {
    let url = members.text("url")?.ok_or_else(|| members.error("url", "is required", ()))?;
    let mut webhook = Webhook::new(url.as_str()).map_err(|error| {
        members.error("url", format!("must be an http:// URL of this machine: {error}"), url)
    })?;
    let secret = members.text("secret")?;
    let has_secret = secret.is_some();
    webhook.secret = secret.unwrap_or(webhook.secret);
    if let Some(format) = members.word("format", &Encoding::WORDS)? {
        webhook.encoding = Encoding::from_word(format).unwrap_or(webhook.encoding);
    }
    if let Some(events) = members.value("events") {
        let words = WebhookEvent::ALL.map(WebhookEvent::word).join(", ");
        let read = |word: &Value| word.as_str().and_then(WebhookEvent::from_word);
        let known = events.as_array().and_then(|list| list.iter().map(read).collect());
        let rule = format!("must be a list of {words}");
        webhook.events = known.ok_or_else(|| members.error("events", rule, events))?;
    }
    members.finish()?;
    Ok(NewWebhook { webhook, has_secret })
}

fn show_webhook(webhook: &Webhook) -> Value {
    json!({
        "url": webhook.url,
        "format": webhook.encoding.word(),
        "events": webhook.events.iter().map(|event| event.word()).collect::<Value>(),
    })
}

fn read_rate_limit(mut members: Members) -> Result<RateLimit, ControlError> {
    let per_minute = members.number("per_minute", 1..=u32::MAX.into())?;
    let per_minute = per_minute.and_then(|number| u32::try_from(number).ok());
    let Some(per_minute) = per_minute else {
        return Err(members.error("per_minute", "is required", ()));
    };
    let mut limit = RateLimit::per_minute(per_minute);
    if members.word("response", &[STATUS, CODE])? == Some(CODE) {
        limit.response = LimitResponse::Code;
    }
    if let Some(retry_after) = members.flag("retry_after")? {
        limit.retry_after = retry_after;
    }
    members.finish()?;
    Ok(limit)
}
