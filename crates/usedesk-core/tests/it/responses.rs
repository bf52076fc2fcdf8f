//! From a response to a result: all kinds of failures, and responses of any shape.

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use usedesk_core::http::{HeaderMap, HeaderName, HeaderValue, Request, Version};
use usedesk_core::testing::MockTransport;
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    Body, Error, ErrorKind, ExchangeLimits, ExchangeResult, MAX_ERROR_BODY, MAX_HEADER_BYTES,
    MAX_HEADERS, MAX_RETRY_AFTER, StatusCode, Transport, TransportError,
};

use crate::support::{judge, response};

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("s")
}

fn error(result: ExchangeResult) -> Error {
    judge(&update(), result).expect_err("not a success")
}

#[test]
fn successes() {
    let bodies = [
        r#"{"status":"success"}"#,
        r#" {"status": "success", "error": null}"#,
        r#"{"status":"success","error":false,"code":0}"#,
        r#"{"status":"success","error":"","message":"saved"}"#,
        r#"{"status":"success","error":[]}"#,
        r#"{"status":"success","error":{}}"#,
        r#"{"status":true}"#,
        r#"{"status":200}"#,
        r#"{"status":"1","more":[1,2]}"#,
        r#"{"status":1.0,"error":0,"message":"0"}"#,
        r#"{"status":"success","error":0.0}"#,
        r#"{"status":"error","status":"success"}"#,
        "\u{feff}{\"status\":\"success\",\"error\":\"0\"}",
    ];
    for body in bodies {
        assert!(judge(&update(), Ok(response(200, body))).is_ok(), "{body}");
    }
}

#[test]
fn an_error_after_a_byte_order_mark_is_found() {
    for status in [200, 404] {
        let body = "\u{feff}{\"error\": \"no such ticket\", \"code\": 0.0}";
        let error = judge(&update(), Ok(response(status, body))).expect_err("rejected");
        assert!(error.to_string().contains("no such ticket"), "{error}");
    }
}

/// Kind and Display of all kinds of failed responses.
#[test]
fn failures() {
    let html = "<html><body>Bad gateway</body></html>";
    let responses = [
        (200, r#"{"error":"Ticket not found","code":404}"#),
        (200, r#"{"error":"wrong token","code":"112"}"#),
        (200, r#"{"error":"no code"}"#),
        (200, r#"{"error":{"message":"nested","code":5}}"#),
        (200, r#"{"error":{"subject":["too long"]}}"#),
        (200, r#"{"error":true,"message":"beside"}"#),
        (200, r#"{"error":7,"message":"beside"}"#),
        (200, r#"{"error":true}"#),
        (200, r#"{"error":{"message":"","text":"inside"}}"#),
        (200, r#"{"error":"first","error":"last"}"#),
        (200, r#"{"error":"with success","status":"success"}"#),
        (200, r#"{"status":false}"#),
        (200, r#"{"status":"error","message":"Agent is not in the group"}"#),
        (200, r#"{"status":"FAIL"}"#),
        (200, r#"{"status":"pending"}"#),
        (200, r#"{"message":"Server Error"}"#),
        (400, r#"{"error":"bad request"}"#),
        (404, r#"{"message":"Not Found"}"#),
        (422, r#"{"error":"invalid","code":7}"#),
        (500, r#"{"message":"Server Error"}"#),
        (500, r#"{"status":"success"}"#),
        (502, html),
        (302, ""),
        (429, ""),
        (429, r#"{"error":"Too many requests"}"#),
        (200, html),
        (200, ""),
        (204, ""),
        (200, r#"{"status":"succ"#),
        (200, "{}"),
        (200, "[]"),
        (200, r#"["success"]"#),
        (200, r#"{"status":null}"#),
        (200, "null"),
        (200, r#""success""#),
        (200, "{\"status\":\"succ\u{fffd}\"} trailing"),
    ];
    let mut text = String::new();
    for (status, body) in responses {
        let error = error(Ok(response(status, body)));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.body(), Some(body.as_bytes()), "no error loses the body");
        let _ = writeln!(text, "{status} {body}\n  {:?}: {error}", error.kind());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn transport_errors() {
    let partial = |status, body: &'static str| response(status, body);
    let errors = [
        ("not sent", TransportError::not_sent("Connection refused (os error 111)")),
        ("no connection in time", TransportError::not_sent("no connection within 10s").timed_out()),
        ("permanent", TransportError::proxy_authentication()),
        ("permanent, and sent", TransportError::headers_too_long()),
        (
            "no response in time",
            TransportError::unknown("no whole response within 30s").timed_out(),
        ),
        ("reset", TransportError::unknown("Connection reset by peer")),
        (
            "success cut short",
            TransportError::unknown("Peer disconnected").with_partial(partial(200, "{\"st")),
        ),
        (
            "rejection cut short",
            TransportError::unknown("Peer disconnected").with_partial(partial(502, "<ht")),
        ),
        (
            "429 cut short",
            TransportError::unknown("Peer disconnected").with_partial(partial(429, "{")),
        ),
        ("429 late", TransportError::unknown("late").timed_out().with_partial(partial(429, "{"))),
        (
            "API error cut short",
            TransportError::unknown("cut").with_partial(partial(200, r#"{"error":"No"}"#)),
        ),
        (
            "response although not sent",
            TransportError::not_sent("no").with_partial(partial(200, "{")),
        ),
        (
            "body late",
            TransportError::unknown("late").timed_out().with_partial(partial(200, "{\"st")),
        ),
    ];
    let mut text = String::new();
    for (name, error) in errors {
        let error = self::error(Err(error));
        let _ = writeln!(
            text,
            "{name}\n  {:?}: {error}\n  may have acted: {}, timeout: {}, status: {:?}, body: {:?}",
            error.kind(),
            error.may_have_acted(),
            error.is_timeout(),
            error.status().map(|status| status.as_u16()),
            error.body().map(String::from_utf8_lossy),
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn predicates() {
    let mut unavailable = response(503, "");
    assert!(error(Ok(unavailable.clone())).may_have_acted());
    // A gateway responds like this when the server behind it was only slow.
    unavailable.headers_mut().insert("retry-after", "7".parse().unwrap());
    let rejected = error(Ok(unavailable));
    assert_eq!((rejected.kind(), rejected.may_have_acted()), (ErrorKind::Rejected, true));
    assert_eq!(rejected.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(rejected.headers().map(HeaderMap::len), Some(1));

    let mut limited = response(429, "");
    limited.headers_mut().insert("retry-after", "120".parse().unwrap());
    let limited = error(Ok(limited));
    assert!(limited.is_rate_limited() && !limited.may_have_acted());
    insta::assert_snapshot!(
        limited,
        @"too many requests: the server rejected update_ticket (HTTP 429); wait 120 s before sending it again"
    );

    let mut long = response(429, "");
    long.headers_mut().insert("retry-after", "18446744073709551615".parse().unwrap());
    assert_eq!(error(Ok(long)).retry_after(), Some(MAX_RETRY_AFTER));

    let rejected = error(Ok(response(200, r#"{"error":"no\nsuch","code":4}"#)));
    assert_eq!((rejected.message(), rejected.code()), (Some("no\nsuch"), Some(&"4".into())));
    assert!(rejected.may_have_acted() && rejected.violations().is_none() && !rejected.is_timeout());
    assert!(!rejected.to_string().contains('\n'), "Display is one line");
}

#[test]
fn headers_are_limited() {
    let with_headers = |count: usize, length: usize| {
        let mut response = response(200, r#"{"status":"success"}"#);
        for number in 0..count {
            let name: HeaderName = format!("x-{number:04}").parse().unwrap();
            response.headers_mut().insert(name, "y".repeat(length).parse().unwrap());
        }
        judge(&update(), Ok(response))
    };
    // A name has six characters, its separators have four.
    assert!(with_headers(MAX_HEADERS, 0).is_ok());
    assert!(with_headers(1, MAX_HEADER_BYTES - 10).is_ok());
    for result in [with_headers(MAX_HEADERS + 1, 0), with_headers(1, MAX_HEADER_BYTES - 9)] {
        let error = result.expect_err("too many");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, true));
    }
}

#[test]
fn long_bodies_and_texts_are_cut() {
    let long = error(Ok(response(502, vec![b'x'; MAX_ERROR_BODY + 1])));
    assert_eq!(long.body().map(<[u8]>::len), Some(MAX_ERROR_BODY));
    let text = error(Ok(response(200, json!({"error": "x".repeat(100_000)}).to_string())));
    assert!(text.to_string().len() < 400);
    let number = json!({"ticket": {"id": "y".repeat(100_000)}}).to_string();
    let number = judge(&GetTicket::new(1), Ok(response(200, number))).expect_err("no id");
    assert!(number.to_string().len() < 400);
    // Byte 4,096 is inside a character.
    let reason = format!("x{}", "ж".repeat(5_000));
    let text = error(Ok(response(200, json!({"error": reason}).to_string())));
    assert_eq!(text.message(), Some(&*format!("x{}…", "ж".repeat(4_095))));
}

#[test]
fn a_decode_error_has_the_path() {
    let body = r#"{"ticket":{"id":"x","status_id":8}}"#;
    let error = judge(&GetTicket::new(1), Ok(response(200, body))).expect_err("x is no id");
    insta::assert_snapshot!(error);
}

proptest! {
    #[test]
    fn no_response_panics_or_loses_its_body(
        status in 200..600_u16,
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        for error in [judge(&update(), Ok(response(status, body.clone()))).err(),
            judge(&GetTicket::new(1), Ok(response(status, body.clone()))).err()]
        {
            let error = error.expect("noise is not a success");
            prop_assert_eq!(error.body(), Some(&*body));
            let _ = format!("{error} {error:?}");
        }
    }

    #[test]
    fn no_json_panics(json in any_json(), status in prop_oneof![Just(200_u16), Just(400)]) {
        let body = json.to_string();
        let ticket = json!({"ticket": json, "comments": [json], "changes": [{"data": json}]});
        for body in [body, ticket.to_string()] {
            let found = response(status, body.clone());
            let update = judge(&update(), Ok(found.clone())).err();
            let get = judge(&GetTicket::new(1), Ok(found)).err();
            for error in update.into_iter().chain(get) {
                prop_assert_eq!(error.body(), Some(body.as_bytes()));
            }
        }
    }
}

/// JSON of any shape, with names that have a meaning.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just("0"), Just("success"), Just("error"), Just("2024-13-45 99:00:00")]
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("error"),
        Just("code"),
        Just("status"),
        Just("message"),
        Just("ticket"),
        Just("id"),
        Just("status_id"),
        Just("tags"),
        Just("published_at"),
        Just("name"),
        Just("client_id"),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

#[test]
fn json_nested_deeper_than_the_stack_is_a_decode_error() {
    let deep = "[".repeat(100_000);
    let error = error(Ok(response(200, format!(r#"{{"status":{deep}"#))));
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn another_status_is_a_rejection_and_not_a_decode_error() {
    for body in [r#"{"status":"denied"}"#, r#"{"status":500}"#] {
        let error = judge(&GetTicket::new(1), Ok(response(200, body))).expect_err("no ticket");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{body}");
    }
}

#[test]
fn a_mock_transport_responds_in_order_records_and_ends() {
    let transport = MockTransport::<ExchangeResult, ()>::new()
        .respond(StatusCode::OK, "one")
        .fail(TransportError::unknown("two"));
    let exchange = || transport.exchange(Request::new(Body::default()), ExchangeLimits::default());
    assert_eq!(exchange().unwrap().into_body(), "one");
    assert!(exchange().unwrap_err().may_be_sent());
    assert!(!exchange().unwrap_err().may_be_sent(), "there is no response left");
    transport.sleep(Duration::from_secs(5));
    assert_eq!((transport.requests().len(), transport.sleeps()), (3, vec![Duration::from_secs(5)]));
}

/// Where HTTP libraries disagree on the end of a response, it is not read.
#[test]
fn transfer_codings_end_with_chunked_and_need_http_1_1() {
    for (version, codings, is_clear) in [
        (Version::HTTP_11, &[][..], true),
        (Version::HTTP_10, &[], true),
        (Version::HTTP_11, &["chunked"], true),
        (Version::HTTP_2, &["gzip, Chunked"], true),
        (Version::HTTP_11, &["chunked", ""], true),
        (Version::HTTP_10, &["chunked"], false),
        (Version::HTTP_10, &["gzip"], false),
        (Version::HTTP_11, &["chunked, gzip"], false),
        (Version::HTTP_11, &["chunked", "gzip"], false),
    ] {
        let mut response = response(200, r#"{"status":"success"}"#);
        *response.version_mut() = version;
        for coding in codings {
            response.headers_mut().append("transfer-encoding", HeaderValue::from_static(coding));
        }
        let result = judge(&update(), Ok(response));
        assert_eq!(result.is_ok(), is_clear, "{version:?} {codings:?}: {result:?}");
        assert!(result.is_ok() || result.is_err_and(|error| error.may_have_acted()));
    }
}

/// hyper reports two lengths as a head that is too large.
#[test]
fn lengths_that_a_library_reserves_are_errors() {
    for (length, coding, is_ok) in [
        ("18446744073709551613", None, true),
        ("18446744073709551614", None, false),
        ("18446744073709551615", None, false),
        ("18446744073709551615", Some("chunked"), true),
    ] {
        let mut response = response(200, r#"{"status":"success"}"#);
        response.headers_mut().insert("content-length", HeaderValue::from_static(length));
        if let Some(coding) = coding {
            response.headers_mut().insert("transfer-encoding", HeaderValue::from_static(coding));
        }
        let result = judge(&update(), Ok(response));
        assert_eq!(result.is_ok(), is_ok, "{length} {coding:?}: {result:?}");
        assert!(result.is_ok() || result.is_err_and(|error| error.may_have_acted()));
    }
}

#[test]
fn an_error_says_how_long_to_wait_if_the_server_does() {
    let read = |status: u16, wait: &'static str| {
        let mut response = response(status, "");
        response.headers_mut().insert("retry-after", HeaderValue::from_static(wait));
        judge(&GetTicket::new(1), Ok(response)).expect_err("not a success").to_string()
    };
    insta::assert_snapshot!(
        [read(503, "0"), read(503, "7"), read(429, "0"), read(429, "7")].join("\n"),
        @"
    the server rejected get_ticket (HTTP 503); it changes nothing, so sending it again is safe
    the server rejected get_ticket (HTTP 503); wait 7 s before sending it again
    too many requests: the server rejected get_ticket (HTTP 429); wait at least a minute before sending it again
    too many requests: the server rejected get_ticket (HTTP 429); wait 7 s before sending it again
    "
    );
}
