//! Forms and multipart bodies are read as by a real PHP, and have limits.

#[cfg(target_os = "linux")]
use std::{fs, time::Duration};

use php_oracle::Php;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use test_support::short_or_long;
use usedesk_core::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver, WebhookError};
use usedesk_core::{MAX_FORM_PARAMETERS, StatusCode};

use super::samples::{FORM, JSON, MULTIPART, form, multipart};
use crate::support::text;

/// What was sent, read by us. The name `secret` and those of events are never generated.
fn read(content_type: &str, body: &[u8]) -> Result<Value, WebhookError> {
    match Receiver::without_secret().event(content_type, body)? {
        Event::Unknown(payload) => Ok(Value::Object((*payload).clone())),
        Event::Ping => Ok(json!({})),
        other => panic!("{other:?}"),
    }
}

/// Converts lists into objects, since PHP's are objects if their items are in another order.
fn as_objects(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items.map(|(index, item)| (index.to_string(), as_objects(item))).collect()
        }
        Value::Object(members) => {
            members.into_iter().map(|(name, member)| (name, as_objects(member))).collect()
        }
        scalar => scalar,
    }
}

/// Generates names with many brackets and few letters, so that they collide.
fn name(without: &'static [&'static str]) -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a", "b", "0", "1", "2", "05", "7", "[", "]", "[]", "[ ]", "[a]", "[b]", "[0]", "[1]",
        "[05]", "[-5]", "[-1]", "][", ".", " ", "_", "+", "ж", "\"", "\0", "%", "=", "\t",
    ];
    let pieces: Vec<_> = PIECES.iter().filter(|piece| !without.contains(piece)).copied().collect();
    vec(select(pieces), 1..7).prop_map(|pieces| pieces.concat())
}

fn agree_with_php(
    test: &str,
    content_type: &str,
    names: &'static [&'static str],
    encode: impl Fn(&[(String, String)]) -> Vec<u8>,
) {
    let Some(php) = Php::start(test) else { return };
    let cases = short_or_long(100, 1_000);
    let mut runner = TestRunner::new(ProptestConfig { cases, ..ProptestConfig::default() });
    let parameters = vec((name(names), text(0..=6, &[])), 0..8);
    let result = runner.run(&parameters, |parameters| {
        let body = encode(&parameters);
        let ours = read(content_type, &body).expect("readable");
        prop_assert_eq!(as_objects(ours), as_objects(php.post(content_type, &body)));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn forms_are_read_as_php_reads_them() {
    agree_with_php("forms_are_read_as_php_reads_them", FORM, &[], |pairs| form(pairs).into_bytes());
}

#[test]
fn multipart_is_read_as_php_reads_it() {
    // A header cannot contain a NUL.
    agree_with_php("multipart_is_read_as_php_reads_it", MULTIPART, &["\0"], multipart);
}

#[test]
fn malformed_forms_are_read_as_php_reads_them() {
    let Some(php) = Php::start("malformed_forms_are_read_as_php_reads_them") else { return };
    for loose in ["", "&&", "a", "a=", "=a", "a=b=c", "a=%zz%4", "%41=%4a%6A", "a+b=+%2B", "a&a=2&"]
    {
        let ours = read(FORM, loose.as_bytes()).expect("readable");
        assert_eq!(as_objects(ours), as_objects(php.post(FORM, loose.as_bytes())), "{loose}");
    }
}

#[test]
fn an_index_beyond_the_largest_is_dropped() {
    let max = i64::MAX;
    let body = format!("a[{max}]=1&a[]=2&b[0]=x&b[2]=y&c[1]=x&c[0]=y");
    let read = read(FORM, body.as_bytes()).expect("readable");
    let expected = json!({"a": {max.to_string(): "1"}, "b": {"0": "x", "2": "y"}, "c": ["y", "x"]});
    assert_eq!(read, expected);
}

#[test]
fn indexes_are_counted_as_php_counts_them() {
    let Some(php) = Php::start("indexes_are_counted_as_php_counts_them") else { return };
    let (min, max) = (i64::MIN, i64::MAX);
    let bodies = [
        "a[-5]=1&a[]=2&a[]=3".to_owned(),
        "a[]=1&a[-5]=2&a[]=3".to_owned(),
        "a[-2]=1&a[-9]=2&a[]=3&a[]=4&a[]=5".to_owned(),
        "a[-0]=1&a[-05]=2&a[%2b5]=3&a[]=4".to_owned(),
        "a[5]=1&a=2&a[]=3".to_owned(),
        "a[-3][]=1&a[][]=2".to_owned(),
        format!("a[{min}]=1&a[]=2"),
        format!("a[{min}0]=1&a[]=2"),
        format!("a[{max}0]=1&a[]=2"),
        format!("a[{}]=1&a[]=2&a[]=3", max - 1),
    ];
    for body in bodies {
        let ours = read(FORM, body.as_bytes()).expect("readable");
        assert_eq!(as_objects(ours), as_objects(php.post(FORM, body.as_bytes())), "{body}");
    }
}

/// The sender of a body need not know the secret, so no body may cost much for its size. Each is
/// compared with one of the same size, whose key is as long but in which nothing is appended.
///
/// What counts is the time that this thread computes, which is the same on a busy machine.
#[test]
#[cfg(target_os = "linux")]
fn no_body_costs_much() {
    let padded = |encode: fn(&[(String, String)]) -> Vec<u8>, name: &str| {
        let others = vec![(name.to_owned(), "x".to_owned()); MAX_FORM_PARAMETERS - 1];
        let padding = "0".repeat(MAX_WEBHOOK_BODY - encode(&others).len() - 500);
        encode(&[&[(format!("a[{padding}]"), "x".to_owned())], &*others].concat())
    };
    let bytes = |pairs: &[(String, String)]| form(pairs).into_bytes();
    // Nearly everything is nearly a boundary, and at the end there is one.
    let dashed = format!("multipart/form-data; boundary={}b", "-".repeat(69));
    let boundary = format!("\r\n{}b", "-".repeat(71));
    let nearly = boundary.replace('b', "c").repeat(MAX_WEBHOOK_BODY / 80);
    let head = "Content-Disposition: form-data; name=a";
    let nearly = format!("{boundary}\r\n{head}\r\n\r\n{nearly}{boundary}--").into_bytes();
    let cases = [
        (FORM, padded(bytes, "a[]"), FORM, padded(bytes, "b")),
        (MULTIPART, padded(multipart, "a[]"), MULTIPART, padded(multipart, "b")),
        (&dashed, nearly, MULTIPART, padded(multipart, "b")),
    ];
    let cost = |content_type: &str, body: &[u8]| {
        let start = cpu_time();
        // Several times, since the system updates its figure only every few milliseconds.
        for _ in 0..5 {
            read(content_type, body).expect("readable");
        }
        cpu_time().saturating_sub(start)
    };
    for (content_type, body, harmless_type, harmless) in &cases {
        let (cost, harmless) = (cost(content_type, body), cost(harmless_type, harmless));
        assert!(cost < harmless * 10, "{content_type}: {cost:?} against {harmless:?}");
    }
}

/// How long this thread has computed.
#[cfg(target_os = "linux")]
fn cpu_time() -> Duration {
    let figures = fs::read_to_string("/proc/thread-self/schedstat").expect("it is Linux");
    let nanoseconds = figures.split(' ').next().expect("a figure").parse();
    Duration::from_nanos(nanoseconds.expect("a number"))
}

#[test]
fn limits_are_exact() {
    let error = |body: &str| read(FORM, body.as_bytes()).err();
    let many = |count: usize| vec!["a[]=1"; count].join("&");
    assert!(error(&many(MAX_FORM_PARAMETERS)).is_none());
    let too_many = error(&many(MAX_FORM_PARAMETERS + 1)).expect("too many");
    assert!(matches!(too_many, WebhookError::TooManyParameters), "{too_many}");
    let pairs = vec![("a".to_owned(), String::new()); MAX_FORM_PARAMETERS + 1];
    let too_many = read(MULTIPART, &multipart(&pairs)).expect_err("too many");
    assert!(matches!(too_many, WebhookError::TooManyParameters), "{too_many}");

    let deep = |levels: usize| format!("a{}=1", "[b]".repeat(levels));
    assert!(error(&deep(64)).is_none());
    let too_deep = error(&deep(65)).expect("too deep");
    assert!(matches!(too_deep, WebhookError::TooDeep), "{too_deep}");

    let large = |length: usize| format!("a={}", "x".repeat(length - 2));
    assert!(error(&large(MAX_WEBHOOK_BODY)).is_none());
    let too_large = error(&large(MAX_WEBHOOK_BODY + 1)).expect("too large");
    assert!(matches!(too_large, WebhookError::TooLarge), "{too_large}");
    assert_eq!(too_large.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn too_much_memory_is_too_large() {
    let error = |content_type: &str, body: &str| {
        let receiver = Receiver::with_secret("5f2c").expect("a possible secret");
        receiver.event(content_type, body.as_bytes()).expect_err("too much")
    };
    let json = |before: &str, item: &str, count: usize, after: &str| {
        error(JSON, &[before, &vec![item; count].join(","), after].concat())
    };
    let nested = (0..1000).map(|at| format!("a{at}{}=1", "[a]".repeat(64)));
    let errors = [
        json(r#"{"x":["#, r#"{"":0}"#, 100_000, "]}"),
        // With a surrogate that could be repaired.
        json(r#"{"x":["#, r#"{"":0}"#, 100_000, r#"],"y":"\ud800"}"#),
        error(FORM, &nested.collect::<Vec<_>>().join("&")),
        // The files take more than the texts that they are decoded from.
        json(r#"{"secret":"5f2c","ticket":{"id":1,"files":["#, "\"a\"", 60_000, "]}}"),
    ];
    for error in errors {
        assert!(matches!(error, WebhookError::TooMuchMemory), "{error}");
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}

#[test]
fn json_is_detected_whatever_the_content_type() {
    for content_type in [JSON, "Application/JSON; charset=utf-8", "text/plain", "", FORM] {
        for body in [r#" {"a": [1]}"#, "\u{feff}{\"a\": [1]}", "\u{feff}\r\n{\"a\": [1]}"] {
            let read = read(content_type, body.as_bytes()).expect("readable");
            assert_eq!(read, json!({"a": [1]}), "{content_type}");
        }
    }
}

#[test]
fn multipart_headers_may_vary() {
    let body = "preamble\r\n--b \r\nX: y\r\nCONTENT-DISPOSITION: form-data ; name=a[]\r\n\r\n\
                1\r\n--b\r\n\r\n--b\r\n";
    let error = read(r#"multipart/form-data; charset=x; BOUNDARY="b""#, body.as_bytes());
    assert!(matches!(error, Err(WebhookError::NotMultipart { .. })), "{error:?}");
    let body = body.split_once("--b\r\n").expect("two").0.to_owned() + "--b--";
    let read = read(r#"multipart/form-data; charset=x; BOUNDARY="b""#, body.as_bytes());
    assert_eq!(read.expect("readable"), json!({"a": ["1"]}));
}

#[test]
fn malformed_multipart_bodies() {
    let head = "Content-Disposition: form-data; name=\"a\"";
    let bodies = [
        String::new(),
        "a=1".to_owned(),
        "--b".to_owned(),
        format!("--b\r\n{head}\r\n\r\n1"),
        format!("--b\r\n{head}\r\n--b--"),
        "--b\r\nX: y\r\n\r\n1\r\n--b--".to_owned(),
        "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--".to_owned(),
        format!("--bc\r\n{head}\r\n\r\n1\r\n--bc--"),
    ];
    let reasons: Vec<_> = bodies
        .iter()
        .map(|body| {
            let error = read("multipart/form-data; boundary=b", body.as_bytes());
            format!("{body:?}: {}", error.expect_err("broken"))
        })
        .collect();
    insta::assert_snapshot!(reasons.join("\n"));
    let boundaries =
        ["", "; boundary=", "; boundary=\"\"", &format!("; boundary={}", "b".repeat(71))];
    for boundary in boundaries {
        let error = read(&format!("multipart/form-data{boundary}"), b"--b--").expect_err("none");
        assert!(error.to_string().contains("no boundary"), "{error}");
    }
}

#[test]
fn text_that_is_not_utf8_names_the_setting() {
    let part = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xcf\xf0\r\n--b--";
    let bodies: [(&str, &[u8]); 5] = [
        (JSON, b"{\"a\": \"\xcf\xf0\"}"),
        (FORM, b"a=\xcf\xf0"),
        (FORM, b"a=%cf%f0"),
        (FORM, b"%cf=1"),
        ("multipart/form-data; boundary=b", part),
    ];
    for (content_type, body) in bodies {
        let error = read(content_type, body).expect_err("not UTF-8");
        assert!(matches!(error, WebhookError::NotUtf8), "{error}");
        assert!(error.to_string().contains("Send to UTF-8"), "{error}");
    }
}

/// Pieces of bodies.
const PIECES: &[&[u8]] = &[
    b"--b",
    b"\r\n",
    b"--",
    b"a[",
    b"]=",
    b"&",
    b"%4",
    b"{\"a\":",
    b"}",
    b":",
    b"Content-Disposition: form-data; name=\"a\"",
    b"\xff",
    b"\"",
    b"\r\n\r\n",
];

proptest! {
    #[test]
    fn no_body_panics(
        content_type in prop_oneof![Just(JSON), Just(FORM), Just("multipart/form-data; boundary=b")],
        pieces in vec(prop_oneof![
            select(PIECES).prop_map(<[u8]>::to_vec),
            vec(any::<u8>(), 0..4),
        ], 0..12),
    ) {
        let body = pieces.concat();
        let members = match Receiver::without_secret().event(content_type, &body) {
            Ok(Event::Unknown(payload)) => (*payload).clone(),
            Ok(_) => Map::new(),
            Err(error) => {
                prop_assert!(error.status().is_client_error());
                prop_assert!(!error.to_string().contains('\n'));
                Map::new()
            }
        };
        prop_assert!(members.len() <= body.len());
    }
}
