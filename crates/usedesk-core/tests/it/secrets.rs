//! The token is in no Debug and no Display, in no spelling.

use std::fmt::{Debug, Display};

use proptest::prelude::*;
use usedesk_core::testing::Script;
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    ApiToken, Body, Encoding, Error, Fault, Outcome, RawParameters, Settings, Transport, Violations,
};

use crate::support::{answer, config_with, judge_with};

/// The token as it is, percent-encoded, in JSON of two kinds, and in Rust's Debug.
fn spellings(token: &str) -> [String; 6] {
    let escaped = |hex: fn(u8) -> String| -> String {
        let escape = |byte: u8| {
            if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { hex(byte) }
        };
        token.bytes().map(escape).collect()
    };
    let percent = escaped(|byte| format!("%{byte:02X}"));
    let lower = escaped(|byte| format!("%{byte:02x}"));
    let unquoted = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
    let json = unquoted(serde_json::Value::from(token).to_string());
    let debug = unquoted(format!("{token:?}"));
    // As PHP writes JSON, but for the characters beyond ASCII.
    let php = json.replace('/', "\\/");
    [token.to_owned(), percent, lower, json, php, debug]
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
    drop(script.exchange(request.clone(), config.limits()));
    let preview = config.preview(&update).expect("valid");
    let mut printed = vec![
        shown(&ApiToken::from(token)),
        shown(&settings),
        shown(&config),
        shown(&call),
        shown(&config.limits()),
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
    let mut answers: Vec<_> = spellings(token)
        .into_iter()
        .map(|spelling| (200, echo(serde_json::json!({"error": format!("bad token {spelling}!")}))))
        .collect();
    answers.extend([
        (200, echo(serde_json::json!({"error": format!("bad token {token}"), "code": token}))),
        (429, echo(serde_json::json!({"error": format!("slow down, {token}")}))),
        (500, echo(serde_json::json!({"message": token}))),
        (200, echo(serde_json::json!({"status": token}))),
        (200, token.to_owned()),
        (502, token.to_owned()),
    ]);
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
    let tagged = UpdateTicket::new(1).tag(format!("{token},"));
    errors.push(config.call(&tagged).expect_err("a comma"));
    errors.extend(misplaced(token));
    errors.push(
        Settings::new(format!("{token} \n"))
            .check(|_| None, Violations::default())
            .expect_err("white space"),
    );
    errors
}

/// Settings with the token where it does not belong.
fn misplaced(token: &str) -> Vec<Error> {
    let url = format!("https://desk.example/{token}?api_token={token}");
    let base_urls = [
        token.to_owned(),
        url,
        format!("http://desk.example/{token}"),
        format!("https://desk.example/{token}/.."),
    ];
    let mut all: Vec<Settings> = base_urls
        .into_iter()
        .map(|base_url| {
            let mut settings = Settings::new(token);
            settings.base_url = base_url;
            settings
        })
        .collect();
    let mut agent = Settings::new(token);
    agent.user_agent = format!("agent \u{1} {token}");
    all.push(agent);
    all.into_iter()
        .filter_map(|settings| settings.check(|_| None, Violations::default()).err())
        .collect()
}

fn http_ok() -> usedesk_core::StatusCode {
    usedesk_core::StatusCode::OK
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

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

#[test]
fn a_base_url_that_is_refused_is_printed_without_secrets() {
    for base_url in ["https://desk.example/s3cr3t-t0ken/..", "https://desk.example/me:hunter2@x/.."]
    {
        let mut settings = Settings::new("s3cr3t-t0ken");
        base_url.clone_into(&mut settings.base_url);
        let error = settings.check(|_| None, Violations::default()).expect_err("dots");
        let printed = shown_error(&error);
        assert!(!printed.contains("s3cr3t") && !printed.contains("hunter2"), "{printed}");
    }
}

/// A host or a path may be anything, the token too.
#[test]
fn a_base_url_with_the_token_in_it_is_printed_without() {
    let mut settings = Settings::new("s3cr3t-t0ken");
    for base_url in ["https://s3cr3t-t0ken.example", "https://desk.example/s3cr3t-t0ken"] {
        base_url.clone_into(&mut settings.base_url);
        let config = settings.check(|_| None, Violations::default()).expect("a URL");
        assert_eq!(config.base_url(), base_url);
        assert!(!shown(&config).contains("s3cr3t-t0ken"), "{config:?}");
    }
}

#[test]
fn php_spells_the_token_in_ways_of_its_own() {
    let config = config_with("s3cr/et-жж-t0ken", Encoding::Form);
    for spelling in [r"s3cr\/et-\u0436\u0436-t0ken", "s3cr%2fet-%d0%b6%d0%b6-t0ken"] {
        let body = serde_json::json!({"error": format!("no {spelling} here")}).to_string();
        let update = UpdateTicket::new(1).subject("s");
        let error = judge_with(&config, &update, Ok(answer(200, body))).expect_err("refused");
        assert_eq!(error.message(), Some("no [redacted] here"));
    }
}

#[test]
fn a_faults_chain_is_in_the_text_without_the_token() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::fmt::Error, String);

    let config = config_with("s3cr3t-t0k3n", Encoding::Form);
    let fault = Fault::unknown(Outer(std::fmt::Error, "s3cr3t-t0k3n".to_owned()));
    let error = judge_with(&config, &UpdateTicket::new(1).subject("s"), Err(fault));
    let error = error.expect_err("a fault");
    assert!(error.to_string().contains("outer: an error occurred when formatting"), "{error}");
    assert!(std::error::Error::source(&error).is_none());
}

/// A violation shows the beginning of a text only; that may be where the token ends up.
#[test]
fn a_token_that_is_cut_is_redacted_too() {
    let token = "0123456789abcdef0123456789abcdef01234567";
    let config = config_with(token, Encoding::Form);
    let in_values = (0..45).map(|before| {
        let tag = format!("{},{token}", "k".repeat(before));
        config.call(&UpdateTicket::new(1).tag(&*tag)).expect_err("a comma").to_string()
    });
    let null = RawParameters::new(GetTicket::new(1)).parameter(token, serde_json::Value::Null);
    let in_a_name = config.call(&null).expect_err("null").to_string();
    for said in in_values.chain([in_a_name]) {
        let leaked = (4..=token.len()).filter(|&length| said.contains(&token[..length])).max();
        assert_eq!(leaked, None, "{said}");
    }
}
