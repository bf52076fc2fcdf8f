//! Scripted responses as JSON, for control over HTTP.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Kind, ScriptedResponse};
use crate::control::{ControlError, Members};
use crate::methods;
use crate::reply::Cut;
use crate::script::{self, Matcher};

/// Limit on a delay, in milliseconds.
const DELAY_LIMIT: u64 = 600_000;
const SIZE: std::ops::RangeInclusive<u64> = 0..=u32::MAX as u64;
const ALL: &str = "all";
const DISCONNECT: &str = "disconnect";
const NO_RESPONSE: &str = "no_response";

impl ScriptedResponse {
    pub(crate) fn from_members(mut members: Members) -> Result<Self, ControlError> {
        let matcher = members.object("match")?.map(read_matcher).transpose()?.unwrap_or_default();
        let limit = read_times(&mut members)?;
        let mut scripted = read_kind(&mut members)?;
        (scripted.matcher, scripted.limit) = (matcher, limit);
        if let Some(headers) = members.object("headers")? {
            scripted.headers.extend(read_headers(headers)?);
        }
        if let Some(body) = members.value("body") {
            if !body.is_string() && !scripted.headers.iter().any(|(name, _)| is_type(name)) {
                scripted = scripted.header("Content-Type", "application/json");
            }
            scripted.body = Some(script::text(&body).as_bytes().to_vec());
        }
        if let Some(delay) = members.number("delay_ms", 0..=DELAY_LIMIT)? {
            scripted.delay = Duration::from_millis(delay);
        }
        scripted.cut = read_cut(&mut members)?;
        if let Some(act) = members.flag("act")? {
            if !act && matches!(scripted.kind, Kind::Passthrough) {
                let rule = "must not be false without status, api_error, raw or fault: the response \
                            is the desk's own";
                return Err(members.error("act", rule, false));
            }
            scripted.acts = act;
        }
        members.finish()?;
        Ok(scripted)
    }

    /// Returns the members that [`from_members`](Self::from_members) reads.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        let mut set = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        let matcher = &self.matcher;
        let parameters: Map<_, _> = matcher
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        set(
            "match",
            json!({
                "path": matcher.path,
                "operation": matcher.operation,
                "parameters": parameters,
            }),
        );
        set("times", self.limit.map_or_else(|| ALL.into(), Into::into));
        match &self.kind {
            Kind::Passthrough => None,
            Kind::Status(status) => set("status", (*status).into()),
            Kind::Raw(bytes) => set("raw", String::from_utf8_lossy(bytes).into()),
            Kind::Disconnect => set("fault", DISCONNECT.into()),
            Kind::Silence => set("fault", NO_RESPONSE.into()),
        };
        let headers: Map<_, _> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        set("headers", headers.into());
        if let Some(body) = &self.body {
            set("body", String::from_utf8_lossy(body).into());
        }
        set("delay_ms", u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX).into());
        match self.cut {
            Some(Cut::Head(bytes)) => set("cut_head", bytes.into()),
            Some(Cut::Body(bytes)) => set("cut_body", bytes.into()),
            None => None,
        };
        set("act", self.acts.into());
        Value::Object(shown)
    }
}

fn read_matcher(mut members: Members) -> Result<Matcher, ControlError> {
    let mut matcher = Matcher::default();
    if let Some(path) = members.text("path")? {
        if !path.starts_with('/') {
            return Err(members.error("path", "must start with a slash", path));
        }
        matcher.set_path(&path);
    }
    if let Some(name) = members.text("operation")? {
        if !methods::operations().any(|known| known == name) {
            let known: Vec<_> = methods::operations().collect();
            let rule = format!("must be one of {}", known.join(", "));
            return Err(members.error("operation", rule, name));
        }
        matcher.operation = Some(name);
    }
    if let Some(parameters) = members.object("parameters")? {
        for (name, value) in parameters.into_map() {
            if value.is_object() || value.is_array() || value.is_null() {
                let name = format!("match.parameters.{name}");
                return Err(ControlError::invalid(name, "must be text, a number or a flag", value));
            }
            matcher.parameters.push((name, script::text(&value).into_owned()));
        }
    }
    members.finish()?;
    Ok(matcher)
}

fn read_times(members: &mut Members) -> Result<Option<u64>, ControlError> {
    match members.value("times") {
        None => Ok(Some(1)),
        Some(value) if value == ALL => Ok(None),
        Some(value) => match value.as_u64() {
            Some(times) if times > 0 => Ok(Some(times)),
            _ => Err(members.error("times", "must be \"all\" or a number of at least 1", value)),
        },
    }
}

/// Reads what is sent: at most one of `status`, `api_error`, `raw` and `fault`.
fn read_kind(members: &mut Members) -> Result<ScriptedResponse, ControlError> {
    let mut found: Option<(&str, ScriptedResponse)> = None;
    let status = members.number("status", 200..=599)?;
    let status = status.and_then(|status| u16::try_from(status).ok()).map(ScriptedResponse::status);
    let api_error = members.number("api_error", 0..=u64::MAX)?.map(|code| {
        let body = json!({ "error": "a scripted error", "code": code }).to_string();
        ScriptedResponse::status(200).header("Content-Type", "application/json").body(body)
    });
    let raw = members.text("raw")?.map(ScriptedResponse::raw);
    let fault = members.word("fault", &[DISCONNECT, NO_RESPONSE])?.map(|word| match word {
        DISCONNECT => ScriptedResponse::disconnect(),
        _ => ScriptedResponse::no_response(),
    });
    for (name, response) in
        [("status", status), ("api_error", api_error), ("raw", raw), ("fault", fault)]
    {
        let Some(response) = response else { continue };
        if let Some((other, _)) = found {
            return Err(members.error(name, format!("cannot be together with {other}"), ()));
        }
        found = Some((name, response));
    }
    Ok(found.map_or_else(ScriptedResponse::passthrough, |(_, response)| response))
}

fn read_headers(headers: Members) -> Result<Vec<(String, String)>, ControlError> {
    let headers = headers.into_map().into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Number(number) => Ok((name, number.to_string())),
        value => Err(ControlError::invalid(format!("headers.{name}"), "must be text", value)),
    });
    headers.collect()
}

fn read_cut(members: &mut Members) -> Result<Option<Cut>, ControlError> {
    let bytes = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
    let head = members.number("cut_head", SIZE)?;
    let body = members.number("cut_body", SIZE)?;
    match (head, body) {
        (Some(_), Some(body)) => {
            Err(members.error("cut_body", "cannot be together with cut_head", body))
        }
        (Some(head), None) => Ok(Some(Cut::Head(bytes(head)))),
        (None, body) => Ok(body.map(|body| Cut::Body(bytes(body)))),
    }
}

fn is_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-type")
}
