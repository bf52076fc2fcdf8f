//! What several of these tests need.

use std::fmt::Debug;
use std::time::{Instant, SystemTime};

use php_oracle::Php;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::Value;
use usedesk_core::internal::{BuilderSettings, CheckedConfig, Moment, Step};
use usedesk_core::{
    Bytes, Encoding, Error, ExchangeResult, Operation, RawResponse, Response, RetryPolicy,
    StatusCode, Violations,
};

use crate::responses::any_json;

/// A token that nothing else looks like, with characters that every encoding escapes.
pub(crate) const TOKEN: &str = "s3cr\"et/t&ken+%ж";

pub(crate) fn config(encoding: Encoding) -> CheckedConfig {
    config_with("TOKEN", encoding)
}

pub(crate) fn config_with(token: &str, encoding: Encoding) -> CheckedConfig {
    let mut settings = BuilderSettings::new(token);
    settings.encoding = encoding;
    (settings.retry_policy, settings.rate_limit) = (RetryPolicy::none(), None);
    settings.check(|_| None, Violations::default()).expect("the settings are valid")
}

/// The body that an operation makes, as text.
pub(crate) fn body(operation: &impl Operation, encoding: Encoding) -> String {
    let call = config(encoding).call(operation).expect("the operation is valid");
    String::from_utf8(call.request().body().to_vec()).expect("bodies are UTF-8")
}

/// The requests that an operation makes: method and URL, and the body in both encodings.
pub(crate) fn on_the_wire(operation: &impl Operation) -> String {
    let request = config(Encoding::Form).call(operation).expect("valid").request();
    let url = request.uri().path_and_query().expect("a path");
    let bodies = [Encoding::Form, Encoding::Json].map(|encoding| body(operation, encoding));
    let lines = bodies.iter().filter(|body| !body.is_empty()).map(|body| format!("\n{body}"));
    format!("{} {url}{}", request.method(), lines.collect::<String>())
}

/// Every violation of an operation, a line each.
pub(crate) fn violations(operation: &impl Operation, encoding: Encoding) -> Vec<String> {
    match config(encoding).call(operation) {
        Ok(_) => Vec::new(),
        Err(error) => {
            let violations = error.violations().expect("an invalid operation");
            violations.iter().map(ToString::to_string).collect()
        }
    }
}

/// How the engine judges an outcome of an operation.
pub(crate) fn judge<O: Operation>(
    operation: &O,
    outcome: ExchangeResult,
) -> Result<O::Output, Error> {
    judge_with(&config(Encoding::Form), operation, outcome)
}

pub(crate) fn judge_with<O: Operation>(
    config: &CheckedConfig,
    operation: &O,
    outcome: ExchangeResult,
) -> Result<O::Output, Error> {
    let call = config.call(operation).expect("the operation is valid");
    let Step::Attempt(exchange) = call.begin(Instant::now()) else { panic!("nothing to wait for") };
    match exchange.judge(outcome, moment()) {
        Step::Done(result) => result.map(Response::into_body),
        step => panic!("nothing is retried here: {step:?}"),
    }
}

pub(crate) fn moment() -> Moment {
    Moment { now: Instant::now(), wall: SystemTime::now(), random: 0 }
}

pub(crate) fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response
}

/// Puts any JSON in the place of each value of a documented response. It is read or not, without a
/// panic, and what is read stays what it is when it is written and read again.
pub(crate) fn reads_anything<O: Operation>(documented: &Value)
where
    O::Output: Serialize + PartialEq + Debug,
{
    let mut places = Vec::new();
    note_places(documented, String::new(), &mut places);
    let result = TestRunner::default().run(&(select(places), any_json()), |(place, json)| {
        let mut body = documented.clone();
        *body.pointer_mut(&place).expect("a place") = json;
        if let Ok(read) = O::decode(&RawResponse::new(&response(200, body.to_string()))) {
            // Written are the rows without those that cannot be read.
            let written = serde_json::to_value(&read).expect("writable");
            let again: O::Output = serde_json::from_value(written.clone()).expect("readable");
            prop_assert_eq!(serde_json::to_value(&again).expect("writable"), written);
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

pub(crate) fn note_places(value: &Value, at: String, places: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        note_places(member, format!("{at}/{name}"), places);
    }
    for (position, item) in value.as_array().into_iter().flatten().enumerate() {
        note_places(item, format!("{at}/{position}"), places);
    }
    places.push(at);
}

/// What PHP reads from the request that an operation makes, the token included.
pub(crate) fn php_reads(php: &Php, operation: &impl Operation, encoding: Encoding) -> Value {
    let request = config_with(TOKEN, encoding).call(operation).expect("valid").request();
    match request.headers().get("content-type") {
        Some(media_type) => php.post(media_type.to_str().expect("ASCII"), &request.body().to_vec()),
        None => php.get(request.uri().query().expect("the token at least")),
    }
}

/// The files that PHP reads from the request that an operation makes.
pub(crate) fn php_files(php: &Php, operation: &impl Operation) -> Value {
    let request = config_with(TOKEN, Encoding::Form).call(operation).expect("valid").request();
    let media_type = request.headers()["content-type"].to_str().expect("ASCII");
    php.post_files(media_type, &request.body().to_vec())
}

/// What a test of an operation asks: whether PHP reads from each encoding what was meant.
pub(crate) fn assert_php_reads(php: &Php, operation: &impl Operation, mut meant: Value) {
    meant["api_token"] = TOKEN.into();
    let is_json = |encoding| {
        let call = config(encoding).call(operation).expect("valid");
        call.request().headers().get("content-type").is_some_and(|of| of == "application/json")
    };
    for encoding in [Encoding::Form, Encoding::Json] {
        let expected = if is_json(encoding) { meant.clone() } else { as_texts(&meant) };
        assert_eq!(php_reads(php, operation, encoding), expected, "{encoding:?}");
    }
}

/// A form has no types: everything in it is a text.
pub(crate) fn as_texts(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), as_texts(value))).collect()
        }
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::String(text) => text.as_str().into(),
        scalar => scalar.to_string().into(),
    }
}

/// Characters that encodings trip over, and some that they do not.
const AWKWARD: &[char] = &[
    'a',
    'Z',
    '0',
    ' ',
    '&',
    '=',
    '+',
    '%',
    ';',
    ',',
    '[',
    ']',
    '"',
    '\\',
    '/',
    '\'',
    '<',
    '>',
    '#',
    '?',
    '.',
    '_',
    '~',
    '-',
    '\r',
    '\n',
    '\t',
    '\0',
    '\u{7f}',
    'я',
    'Ж',
    'é',
    '日',
    '😀',
    '👩',
    '\u{200d}',
    '\u{2028}',
    '\u{feff}',
    '\u{ffff}',
    '\u{10ffff}',
];

/// A text of `length` characters without those in `without`.
pub(crate) fn text(
    length: std::ops::RangeInclusive<usize>,
    without: &'static [char],
) -> impl Strategy<Value = String> {
    let awkward = select(AWKWARD).prop_filter("left out", |c| !without.contains(c));
    let any = any::<char>().prop_filter("left out", |c| !without.contains(c));
    let character = prop_oneof![4 => awkward, 1 => any];
    proptest::collection::vec(character, length).prop_map(String::from_iter)
}
