//! Compares the parser with a real PHP on generated names and values.

use std::cell::RefCell;

use php_oracle::Php;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM};

#[test]
fn forms() {
    let Some(php) = Php::start("sandbox-forms") else { return };
    compare(&php, 2_000, &form(), |form| (FORM.to_owned(), form.into_bytes()));
}

#[test]
fn multipart() {
    let Some(php) = Php::start("sandbox-multipart") else { return };
    compare(&php, 300, &parts(), |parts| {
        ("multipart/form-data; boundary=XyZ".to_owned(), encode_parts(&parts))
    });
}

/// Sends each body to both and compares the parameters.
fn compare<T: std::fmt::Debug>(
    php: &Php,
    cases: u32,
    bodies: &impl Strategy<Value = T>,
    encode: impl Fn(T) -> (String, Vec<u8>),
) {
    let sandbox = Sandbox::start().unwrap();
    let client = RefCell::new(Client::connect(&sandbox));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(bodies, |body| {
            let (content_type, body) = encode(body);
            client.borrow_mut().post("/update/ticket", &content_type, &body);
            let ours = Value::Object(sandbox.requests().pop().unwrap().parameters);
            sandbox.clear_requests();
            let theirs = match php.post(&content_type, &body) {
                // PHP encodes its outermost array as a list, too, if the keys are consecutive.
                Value::Array(list) => {
                    (0..).zip(list).map(|(key, value): (u32, _)| (key.to_string(), value)).collect()
                }
                object => object,
            };
            prop_assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&body));
            Ok(())
        })
        .unwrap();
}

/// Generates bodies with many special cases of PHP, encoded and not.
fn form() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(&["a", "b", "ab", "0", "1", "2", "07", "-1", "-0", "é"][..]),
        8 => prop::sample::select(&["[", "]", "[]", "[a]", "[0]", "[1]", "[ ]", "[ a]"][..]),
        4 => prop::sample::select(&[".", " ", "+", "_", "\t", "\n", ";", ","][..]),
        4 => prop::sample::select(&["%5B", "%5d", "%20", "%2E", "%00", "%26", "%3d", "%2B", "%25"][..]),
        2 => prop::sample::select(&["%g", "%4g", "%zz", "%0g", "%c3%a9", "9223372036854775807"][..]),
        1 => prop::sample::select(&["&", "="][..]),
    ];
    let text =
        |most| prop::collection::vec(piece.clone(), 0..most).prop_map(|pieces| pieces.concat());
    let pair = (text(7), prop::option::of(text(4)))
        .prop_map(|(name, value)| value.map_or(name.clone(), |value| format!("{name}={value}")));
    prop::collection::vec(pair, 0..7).prop_map(|pairs| pairs.join("&"))
}

fn parts() -> impl Strategy<Value = Vec<(String, String, bool)>> {
    let name = "[ab\\[\\]. 01\\\\\"';=]{0,8}";
    let value = prop_oneof!["[a\r\n=&%+-]{0,12}", Just("\r\n--XyZ no\r\n".to_owned())];
    prop::collection::vec((name, value, prop::bool::weighted(0.2)), 0..6)
}

fn encode_parts(parts: &[(String, String, bool)]) -> Vec<u8> {
    let part = |(name, value, bare): &(String, String, bool)| {
        let name = if *bare { name.clone() } else { format!("\"{}\"", name.replace('"', "\\\"")) };
        format!("--XyZ\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
    };
    (parts.iter().map(part).collect::<String>() + "--XyZ--\r\n").into_bytes()
}
