//! The token is in no Debug and no Display, in any encoding.

use std::fmt::{Debug, Display};
use std::time::Duration;

use proptest::prelude::*;
use usedesk_core::internal::{BuilderSettings, Proxy};
use usedesk_core::testing::{MockTransport, Recording};
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    ApiToken, Body, Encoding, Error, ExchangeResult, RawOperation, RawParameters, Transport,
    TransportError, Violations, json,
};

use crate::recording::{record_into, request};
use crate::support::{config_with, judge_with, response};

/// Every encoding of the token in docs/security.md, except base64.
fn encodings(token: &str) -> Vec<String> {
    let escaped = |escapes: fn(u8) -> bool, hex: fn(u8) -> String| -> String {
        let escape = |byte| if escapes(byte) { hex(byte) } else { char::from(byte).to_string() };
        token.bytes().map(escape).collect()
    };
    let upper: fn(u8) -> String = |byte| format!("%{byte:02X}");
    let lower: fn(u8) -> String = |byte| format!("%{byte:02x}");
    let each = |spell: fn(char) -> String| token.chars().map(spell).collect::<String>();
    let unquoted = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
    let json = unquoted(serde_json::Value::from(token).to_string());
    let html = token.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let unit = |unit: &u16| format!("\\u{unit:04X}");
    let units = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(unit).collect::<String>();
    let hex = |spell: fn(u8) -> String| token.bytes().map(spell).collect::<String>();
    vec![
        token.to_owned(),
        token.to_ascii_uppercase(),
        token.to_ascii_lowercase(),
        escaped(|byte| !byte.is_ascii_alphanumeric(), upper),
        escaped(|byte| !byte.is_ascii_alphanumeric(), lower),
        escaped(|_| true, upper),
        escaped(|_| true, lower),
        // As some proxies do, escaped only in part.
        escaped(|byte| byte % 2 == 0 || byte > 127, upper),
        // As PHP writes JSON, apart from characters beyond ASCII.
        json.replace('/', "\\/"),
        json,
        unquoted(format!("{token:?}")),
        token.chars().map(units).collect(),
        html.replace('"', "&quot;").replace('\'', "&#039;"),
        html.replace('"', "&#34;").replace('\'', "&apos;"),
        each(|c| format!("&#{};", u32::from(c))),
        each(|c| format!("&#x{:X};", u32::from(c))),
        hex(|byte| format!("{byte:02x}")),
        hex(|byte| format!("{byte:02X}")),
    ]
}

fn debug_formats(value: &(impl Debug + ?Sized)) -> String {
    format!("{value:?} {value:#?}")
}

fn all_formats(error: &(impl Debug + Display)) -> String {
    format!("{error} {error:#} {}", debug_formats(error))
}

/// Everything public that can be printed and may hold the token.
fn everything_printable(token: &str, encoding: Encoding) -> Vec<String> {
    let settings = BuilderSettings::new(token);
    let config = config_with(token, encoding);
    let update = UpdateTicket::new(1).subject("s");
    let call = config.call(&update).expect("valid");
    let request = call.request();
    let transport = MockTransport::<ExchangeResult, ()>::new().respond(http_ok(), "{}");
    drop(transport.exchange(request.clone(), config.limits()));
    let preview = config.preview(&update).expect("valid");
    let mut printed = vec![
        debug_formats(&ApiToken::from(token)),
        debug_formats(&settings),
        debug_formats(&config),
        debug_formats(&call),
        debug_formats(&config.limits()),
        debug_formats(request.body()),
        debug_formats(&request),
        debug_formats(&Body::from(token.as_bytes().to_vec())),
        debug_formats(&transport),
        all_formats(&preview),
        debug_formats(&RawParameters::new(update.clone())),
    ];
    printed.extend(errors(token, encoding).iter().map(all_formats));
    printed
}

/// Every kind of error, from a server that echoes the token.
fn errors(token: &str, encoding: Encoding) -> Vec<Error> {
    let config = config_with(token, encoding);
    let update = UpdateTicket::new(1).subject("s");
    let echo = |value: serde_json::Value| value.to_string();
    let mut responses: Vec<_> = encodings(token)
        .into_iter()
        .map(|encoding| (200, echo(serde_json::json!({"error": format!("bad token {encoding}!")}))))
        .collect();
    responses.extend([
        (200, echo(serde_json::json!({"error": format!("bad token {token}"), "code": token}))),
        (429, echo(serde_json::json!({"error": format!("slow down, {token}")}))),
        (500, echo(serde_json::json!({"message": token}))),
        (200, echo(serde_json::json!({"status": token}))),
        (200, token.to_owned()),
        (502, token.to_owned()),
    ]);
    let mut errors: Vec<Error> = responses
        .into_iter()
        .map(|(status, body)| judge_with(&config, &update, Ok(response(status, body))))
        .map(|result| result.expect_err("not a success"))
        .collect();
    let ticket = serde_json::json!({"ticket": {"id": token, "status_id": 1}}).to_string();
    errors.push(
        judge_with(&config, &GetTicket::new(1), Ok(response(200, ticket))).expect_err("no id"),
    );
    for error in [
        TransportError::not_sent(token),
        TransportError::unknown(token).with_partial(response(200, token.to_owned())),
    ] {
        errors.push(judge_with(&config, &update, Err(error)).expect_err("a transport error"));
    }
    errors.push(config.call(&UpdateTicket::new(0)).expect_err("no id"));
    let tagged = UpdateTicket::new(1).tag(format!("{token},"));
    errors.push(config.call(&tagged).expect_err("a comma"));
    errors.extend(misplaced(token));
    errors.push(
        BuilderSettings::new(format!("{token} \n"))
            .check(|_| None, Violations::default())
            .expect_err("whitespace"),
    );
    errors
}

/// Errors of settings with the token where it does not belong.
fn misplaced(token: &str) -> Vec<Error> {
    let url = format!("https://desk.example/{token}?api_token={token}");
    let base_urls = [
        token.to_owned(),
        url,
        format!("http://desk.example/{token}"),
        format!("https://desk.example/{token}/.."),
    ];
    let mut all: Vec<BuilderSettings> = base_urls
        .into_iter()
        .map(|base_url| {
            let mut settings = BuilderSettings::new(token);
            settings.base_url = base_url;
            settings
        })
        .collect();
    let mut agent = BuilderSettings::new(token);
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
    fn the_token_is_never_printed(
        // Long enough not to occur by chance.
        token in r#"[A-Za-z0-9"\\&%/+'<>;,\[\]ж😀]{16,40}"#,
        json in any::<bool>(),
    ) {
        let encoding = if json { Encoding::Json } else { Encoding::Form };
        for printed in everything_printable(&token, encoding) {
            for encoding in encodings(&token) {
                prop_assert!(!printed.contains(&encoding), "{} is in {}", encoding, printed);
            }
        }
    }
}

/// Requests with the token in each spelling as a text and inside JSON in a text, and responses that
/// echo it.
fn recording(token: &str, encoding: Encoding) -> String {
    let recording = Recording::new();
    for text in encodings(token) {
        let inner = json!({ "x": text }).to_string();
        let parameters =
            |operation: RawOperation| operation.parameter("x", &*text).parameter("y", &*inner);
        let operations = [RawOperation::post("/x"), RawOperation::get("/x")].map(parameters);
        let mut echo = response(200, json!({"error": text, "x": [{"y": inner}]}).to_string());
        if let Ok(value) = text.parse() {
            echo.headers_mut().insert("content-type", value);
        }
        let results = [
            Ok(echo),
            Ok(response(200, json!({ &*text: 1 }).to_string())),
            Ok(response(502, format!("<p>{text}"))),
            Err(TransportError::not_sent(&*text)),
            Err(TransportError::unknown("-").with_partial(response(429, inner.clone()))),
        ];
        for (operation, result) in operations.iter().cycle().zip(results) {
            record_into(&recording, request(token, operation, encoding), result);
        }
    }
    recording.to_string()
}

/// Notes every text and name in a value, also of JSON inside a text.
fn note_texts(value: &serde_json::Value, texts: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        texts.push(name.clone());
        note_texts(member, texts);
    }
    for item in value.as_array().into_iter().flatten() {
        note_texts(item, texts);
    }
    if let Some(text) = value.as_str() {
        texts.push(text.to_owned());
        if let Ok(inner) = text.parse() {
            note_texts(&inner, texts);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_token_is_never_recorded(
        token in r#"[A-Za-z0-9"\\&%/+'<>;,\[\]ж😀]{16,40}"#,
        json in any::<bool>(),
    ) {
        let encoding = if json { Encoding::Json } else { Encoding::Form };
        let file = recording(&token, encoding);
        let mut texts = vec![file.clone()];
        note_texts(&file.parse().expect("JSON"), &mut texts);
        for encoding in encodings(&token) {
            for text in &texts {
                prop_assert!(!text.contains(&encoding), "{} is in {}", encoding, text);
            }
        }
    }
}

#[test]
fn only_expose_yields_the_token() {
    assert_eq!(ApiToken::from("a token of tokens").expose(), "a token of tokens");
    assert_eq!(
        debug_formats(&ApiToken::from("secret")),
        "ApiToken([redacted]) ApiToken([redacted])"
    );
}

#[test]
fn an_invalid_base_url_is_printed_without_secrets() {
    for base_url in ["https://desk.example/s3cr3t-t0ken/..", "https://desk.example/me:hunter2@x/.."]
    {
        let mut settings = BuilderSettings::new("s3cr3t-t0ken");
        base_url.clone_into(&mut settings.base_url);
        let error = settings.check(|_| None, Violations::default()).expect_err("dots");
        let printed = all_formats(&error);
        assert!(!printed.contains("s3cr3t") && !printed.contains("hunter2"), "{printed}");
    }
}

/// A host or a path may be anything, the token too.
#[test]
fn a_base_url_with_the_token_is_redacted() {
    let mut settings = BuilderSettings::new("s3cr3t-t0ken");
    for base_url in ["https://s3cr3t-t0ken.example", "https://desk.example/s3cr3t-t0ken"] {
        base_url.clone_into(&mut settings.base_url);
        let config = settings.check(|_| None, Violations::default()).expect("a URL");
        assert_eq!(config.base_url(), base_url);
        assert!(!debug_formats(&config).contains("s3cr3t-t0ken"), "{config:?}");
    }
}

#[test]
fn the_url_of_a_proxy_is_not_printed() {
    let mut settings = BuilderSettings::new("s3cr3t-t0ken");
    settings.proxy = Proxy::Url("http://me:hunter2@desk.example".to_owned());
    assert!(!debug_formats(&settings).contains("hunter2"), "{settings:?}");
    assert!(!debug_formats(&settings.proxy).contains("hunter2"), "{:?}", settings.proxy);
}

#[test]
fn the_token_in_the_escapes_of_php_is_redacted() {
    let config = config_with("s3cr/et-жж-t0ken", Encoding::Form);
    for encoding in [r"s3cr\/et-\u0436\u0436-t0ken", "s3cr%2fet-%d0%b6%d0%b6-t0ken"] {
        let body = serde_json::json!({"error": format!("no {encoding} here")}).to_string();
        let update = UpdateTicket::new(1).subject("s");
        let error = judge_with(&config, &update, Ok(response(200, body))).expect_err("rejected");
        assert_eq!(error.message(), Some("no [redacted] here"));
    }
}

fn message(token: &str, text: &str) -> String {
    let config = config_with(token, Encoding::Form);
    let body = serde_json::json!({ "error": text }).to_string();
    let update = UpdateTicket::new(1).subject("s");
    let error = judge_with(&config, &update, Ok(response(200, body))).expect_err("rejected");
    error.message().expect("a reason").to_owned()
}

#[test]
fn the_longest_encoding_is_redacted() {
    for (token, text) in [
        // The token itself is a prefix of another encoding of it.
        ("s3cr3t-t0k&", "s3cr3t-t0k&amp;"),
        ("s3cr3t-t0k%", "s3cr3t-t0k%25"),
        ("s3cr3t-t0k\\", "s3cr3t-t0k\\\\"),
        // Or of one that was cut.
        ("s3cr3t...t0ken", "s3cr3t...t0ken"),
    ] {
        assert_eq!(message(token, &format!("no {text}!")), "no [redacted]!", "{text}");
    }
}

#[test]
fn a_token_that_the_server_cut_is_redacted() {
    let token = "0123456789abcdef0123456789abcdef01234567";
    for (text, printed) in [
        ("0123…", "[redacted]…"),
        ("0123456789...", "[redacted]..."),
        ("0123456789ab... or 0123456789ab…", "[redacted]... or [redacted]…"),
        ("%30%31%32%33%3...", "[redacted]..."),
        ("012...", "012..."),
    ] {
        assert_eq!(message(token, text), printed);
    }
}

/// With any text before and after it.
#[test]
fn a_token_inside_base64_is_redacted() {
    const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encode = |bytes: &[u8]| -> String {
        let bits = |byte: &u8| format!("{byte:08b}");
        let bits = bytes.iter().map(bits).collect::<String>();
        let groups = (0..bits.len()).step_by(6).map(|at| &bits[at..bits.len().min(at + 6)]);
        let digit = |group: &str| usize::from_str_radix(&format!("{group:0<6}"), 2).expect("bits");
        groups.map(|group| char::from(STANDARD.as_bytes()[digit(group)])).collect()
    };
    for token in ["0123456789abcdef0123456789abcdef01234567", "s3cr>t?t0k3n~~~>?>?x"] {
        for before in ["", "a", "me:", "user:"] {
            for after in ["", "b", ":2", "\n\n\n"] {
                let standard = encode(format!("{before}{token}{after}").as_bytes());
                for encoded in [standard.replace('+', "-").replace('/', "_"), standard] {
                    let printed = message(token, &format!("Basic {encoded}="));
                    let leaked = encoded.as_bytes().windows(8).filter(|part| {
                        // The text before and after the token may be printed.
                        let at = encoded.find(str::from_utf8(part).expect("ASCII"));
                        let inside = before.len()..before.len() + token.len() - 8;
                        at.is_some_and(|at| inside.contains(&(at * 3 / 4)))
                            && printed.contains(str::from_utf8(part).expect("ASCII"))
                    });
                    assert_eq!(leaked.count(), 0, "{printed}");
                }
            }
        }
    }
}

/// Messages about many violations with this token, without the quoted texts.
fn own_messages(token: &str) -> Vec<String> {
    let config = config_with(token, Encoding::Form);
    let update = UpdateTicket::new(1).subject("s");
    let wrong =
        UpdateTicket::new(0).subject("").tag("").field(31, true).field(31, true).list(72, 0);
    let added = RawParameters::new(UpdateTicket::new(1))
        .parameter("ticket_id", 1)
        .parameter("[x]", 1)
        .parameter("n", serde_json::Value::Null)
        .parameter("api.token", serde_json::json!([[1]]));
    let mut settings = BuilderSettings::new(token);
    "ftp://-".clone_into(&mut settings.base_url);
    (settings.user_agent, settings.connect_timeout) = ("\u{1}".to_owned(), Duration::ZERO);
    settings.proxy = Proxy::Url("-".to_owned());
    let decode_error = |body: &str| {
        let result = judge_with(&config, &GetTicket::new(1), Ok(response(200, body.to_owned())));
        result.expect_err("no ticket").to_string()
    };
    let mut words = vec![
        config.call(&wrong).expect_err("wrong").to_string(),
        config.call(&added).expect_err("wrong").to_string(),
        settings.check(|_| None, Violations::default()).expect_err("wrong").to_string(),
        config.preview(&update).expect("valid").to_string(),
        decode_error(r#"{"ticket": {"id": "x", "status_id": 1}}"#),
        decode_error(r#"{"ticket": {"id": []}}"#),
        decode_error("[]"),
        decode_error("<html>"),
    ];
    // Quoted texts come from outside.
    for text in &mut words {
        *text = text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    }
    words
}

/// The token in the README is a word, and so are many in tests.
#[test]
fn messages_of_the_crate_are_not_redacted() {
    let own = own_messages("0123456789abcdef0123456789abcdef01234567");
    let mut tokens: Vec<_> = own
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(|word| !word.is_empty())
        .collect();
    tokens.extend(["token", "e", "_", "parameter"]);
    tokens.sort_unstable();
    tokens.dedup();
    assert!(tokens.len() > 50, "{tokens:?}");
    for token in tokens {
        assert_eq!(own_messages(token), own, "{token}");
    }
}

#[test]
fn a_short_token_is_redacted_as_a_whole_word() {
    for token in ["token", "t", "abc12", "12345678", "TOKEN", "password_of_mine"] {
        let text = format!("no {token}, x{token} {token}1 {token}");
        let printed = format!("no [redacted], x{token} {token}1 [redacted]");
        assert_eq!(message(token, &text), printed);
        let config = config_with(token, Encoding::Form);
        let tag = UpdateTicket::new(1).tag(format!("{token},"));
        let error = config.call(&tag).expect_err("a comma").to_string();
        assert!(error.ends_with(r#"tag[0] must not contain ',', found "[redacted],""#), "{error}");
        let error = TransportError::not_sent(format!("{token} is in the way"));
        let result = judge_with(&config, &GetTicket::new(1), Err(error));
        let error = result.expect_err("a transport error");
        assert!(error.to_string().contains("[redacted] is in the way"), "{error}");
    }
    assert_eq!(message("12345678", "12345678"), "[redacted]");
    // A token with other characters, or longer than any word, is redacted inside words too.
    for token in ["abc123", "Token-12", "abcdefghijklmnopqrstuvwxy"] {
        assert_eq!(message(token, &format!("x{token}x")), "x[redacted]x");
    }
}

/// A violation shows the start of a text, which may cut the token.
#[test]
fn a_token_that_a_violation_cuts_is_redacted() {
    let token = "0123456789abcdef0123456789abcdef01234567";
    let config = config_with(token, Encoding::Form);
    let in_values = (0..45).map(|before| {
        let tag = format!("{},{token}", "k".repeat(before));
        config.call(&UpdateTicket::new(1).tag(&*tag)).expect_err("a comma").to_string()
    });
    let null = RawParameters::new(GetTicket::new(1)).parameter(token, serde_json::Value::Null);
    let in_a_name = config.call(&null).expect_err("null").to_string();
    for text in in_values.chain([in_a_name]) {
        let leaked = (4..=token.len()).filter(|&length| text.contains(&token[..length])).max();
        assert_eq!(leaked, None, "{text}");
    }
}
