//! The token is in no Debug and no Display, in no spelling.

use std::fmt::{Debug, Display};

use proptest::prelude::*;
use usedesk_core::testing::Script;
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    ApiToken, Body, Encoding, Error, Fault, Outcome, RawParameters, Settings, Transport, Violations,
};

use crate::support::{answer, config_with, judge_with};

/// The token as it is, percent-encoded, in JSON, and in Rust's Debug.
fn spellings(token: &str) -> [String; 4] {
    let percent = token.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    let json = serde_json::to_string(token).expect("a text").trim_matches('"').to_owned();
    let debug = format!("{token:?}").trim_matches('"').to_owned();
    [token.to_owned(), percent.collect(), json, debug]
}

fn shown(value: &(impl Debug + ?Sized)) -> String {
    format!("{value:?} {value:#?}")
}

fn shown_error(error: &(impl Debug + Display)) -> String {
    format!("{error} {error:#} {}", shown(error))
}

/// Everything public that can be printed and that came near the token.
fn everything_printable(token: &str, encoding: Encoding) -> Vec<String> {
    let settings = Settings::new(token);
    let config = config_with(token, encoding);
    let update = UpdateTicket::new(1).subject("s");
    let call = config.call(&update).expect("valid");
    let request = call.request();
    let script = Script::<Outcome, ()>::new().answer(http_ok(), "{}");
    drop(script.exchange(request.clone(), call.limits()));
    let preview = config.preview(&update).expect("valid");
    let mut printed = vec![
        shown(&ApiToken::from(token)),
        shown(&settings),
        shown(&config),
        shown(&call),
        shown(&call.limits()),
        shown(request.body()),
        shown(&request),
        shown(&Body::from(token.as_bytes().to_vec())),
        shown(&script),
        shown_error(&preview),
        shown(&RawParameters::new(update.clone())),
    ];
    printed.extend(errors(token, encoding).iter().map(shown_error));
    printed
}

/// Every kind of error, of a server that repeats the token.
fn errors(token: &str, encoding: Encoding) -> Vec<Error> {
    let config = config_with(token, encoding);
    let update = UpdateTicket::new(1).subject("s");
    let echo = |value: serde_json::Value| value.to_string();
    let answers = [
        (200, echo(serde_json::json!({"error": format!("bad token {token}"), "code": token}))),
        (429, echo(serde_json::json!({"error": format!("slow down, {token}")}))),
        (500, echo(serde_json::json!({"message": token}))),
        (200, echo(serde_json::json!({"status": token}))),
        (200, token.to_owned()),
        (502, token.to_owned()),
    ];
    let mut errors: Vec<Error> = answers
        .into_iter()
        .map(|(status, body)| judge_with(&config, &update, Ok(answer(status, body))))
        .map(|result| result.expect_err("not a success"))
        .collect();
    let ticket = serde_json::json!({"ticket": {"id": token, "status_id": 1}}).to_string();
    errors
        .push(judge_with(&config, &GetTicket::new(1), Ok(answer(200, ticket))).expect_err("no id"));
    for fault in
        [Fault::not_sent(token), Fault::unknown(token).with_partial(answer(200, token.to_owned()))]
    {
        errors.push(judge_with(&config, &update, Err(fault)).expect_err("a fault"));
    }
    errors.push(config.call(&UpdateTicket::new(0)).expect_err("no id"));
    errors.push(
        Settings::new(format!("{token} \n")).check(Violations::default()).expect_err("white space"),
    );
    errors
}

fn http_ok() -> usedesk_core::StatusCode {
    usedesk_core::StatusCode::OK
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_token_is_nowhere(
        // Long enough that nothing else can look like it by chance.
        token in r#"[A-Za-z0-9"\\&%/+'<>;,\[\]ж😀]{16,40}"#,
        json in any::<bool>(),
    ) {
        let encoding = if json { Encoding::Json } else { Encoding::Form };
        for printed in everything_printable(&token, encoding) {
            for spelling in spellings(&token) {
                prop_assert!(!printed.contains(&spelling), "{} is in {}", spelling, printed);
            }
        }
    }
}

#[test]
fn only_expose_yields_the_token() {
    assert_eq!(ApiToken::from("a token of tokens").expose(), "a token of tokens");
    assert_eq!(shown(&ApiToken::from("secret")), "ApiToken([redacted]) ApiToken([redacted])");
}
