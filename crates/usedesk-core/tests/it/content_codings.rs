//! Compressed responses, with any transport.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use usedesk_core::internal::BuilderSettings;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{
    Bytes, Encoding, Error, ErrorKind, ExchangeResult, Response, StatusCode, TransportError,
    Violations,
};

use crate::support::{config, judge, judge_with, response as whole_response};

const SUCCESS: &str = r#"{"status":"success"}"#;

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn response(codings: &[&str], body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = whole_response(200, body);
    for coding in codings {
        let coding = coding.parse().expect("a header");
        response.headers_mut().append("content-encoding", coding);
    }
    response
}

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("Letter")
}

fn failure(result: ExchangeResult) -> Error {
    judge(&update(), result).expect_err("not a success")
}

#[test]
fn gzip_is_requested() {
    let request = config(Encoding::Form).call(&update()).expect("valid").request();
    assert_eq!(request.headers()["accept-encoding"], "gzip");
}

#[test]
fn gzip_is_decoded_in_all_its_spellings() {
    let one = gzip(SUCCESS);
    let members = [&SUCCESS[..5], "", &SUCCESS[5..]].map(gzip).concat();
    // With all optional parts of a header: extra bytes, a name, a comment and a checksum.
    let mut crowded = b"\x1f\x8b\x08\x1c\0\0\0\0\0\xff\x03\0abcname\0comment\0".to_vec();
    crowded.extend(&one[10..]);
    for (codings, body) in [
        (&["gzip"][..], &one),
        (&["gzip"], &members),
        (&["gzip"], &crowded),
        (&["x-gzip"], &one),
        (&["GZip"], &one),
        (&[" gzip "], &one),
        (&["identity, gzip,"], &one),
        (&["gzip, identity"], &one),
        (&["identity", "gzip"], &one),
        (&["gzip, gzip"], &gzip(&one)),
        (&["gzip", "x-gzip"], &gzip(&members)),
    ] {
        let result = judge(&update(), Ok(response(codings, body.clone())));
        assert!(result.is_ok(), "{codings:?} {result:?}");
    }
}

#[test]
fn other_codings_are_not_decoded_and_are_named() {
    for codings in
        [&["identity"][..], &[""], &["utf-8"], &["br", "gzip"], &["gzip, gzip,gzip,gzip,gzip"]]
    {
        assert!(judge(&update(), Ok(response(codings, SUCCESS))).is_ok(), "{codings:?}");
    }
    let error = failure(Ok(response(&["BR", "gzip"], gzip(SUCCESS))));
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.headers().expect("headers")["content-encoding"], "BR");
    let text = error.to_string();
    assert!(text.contains("it has the content coding br, gzip, which is not supported"), "{text}");
}

#[test]
fn invalid_gzip_is_a_decode_error() {
    let whole = gzip(SUCCESS);
    let mut wrong_sum = whole.clone();
    let last = wrong_sum.len() - 8;
    wrong_sum[last] ^= 1;
    let followed_by = |rest: &[u8]| [&whole[..], rest].concat();
    for broken in [
        whole[..5].to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole[..whole.len() - 1].to_vec(),
        wrong_sum,
        followed_by(b"x"),
        followed_by(&whole[..12]),
        SUCCESS.into(),
    ] {
        let error = failure(Ok(response(&["gzip"], broken)));
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Decode, true), "{error}");
        assert!(error.to_string().contains("its gzip coding cannot be read"), "{error}");
        assert!(error.headers().expect("headers").get("content-encoding").is_none());
    }
    // An empty body is empty with any coding.
    let empty = failure(Ok(response(&["gzip"], ""))).to_string();
    assert_eq!(empty, failure(Ok(whole_response(200, ""))).to_string());
}

#[test]
fn errors_have_the_decoded_body() {
    let text = r#"{"error":"No ticket"}"#;
    for status in [400, 429, 500] {
        let mut rejected = response(&["gzip"], gzip(text));
        *rejected.status_mut() = StatusCode::from_u16(status).expect("a status");
        let error = failure(Ok(rejected));
        assert_eq!((error.message(), error.body()), (Some("No ticket"), Some(text.as_bytes())));
    }
    let mut half = gzip(text);
    half.truncate(half.len() - 8);
    let error =
        failure(Err(TransportError::unknown("lost").with_partial(response(&["gzip"], half))));
    assert_eq!((error.kind(), error.message()), (ErrorKind::Rejected, Some("No ticket")));
}

#[test]
fn the_limit_counts_decoded_bytes() {
    let body = format!(r#"{{"status":"success","spaces":"{}"}}"#, " ".repeat(10_000));
    let halves = [&body[..5_000], &body[5_000..]].map(gzip).concat();
    for (limit, is_read) in [(body.len(), true), (body.len() - 1, false)] {
        let mut settings = BuilderSettings::new("TOKEN");
        (settings.max_response_bytes, settings.rate_limit) = (limit, None);
        let config = settings.check(|_| None, Violations::default()).expect("valid");
        for (codings, compressed) in
            [("gzip", &gzip(&body)), ("gzip", &halves), ("gzip, gzip", &gzip(gzip(&body)))]
        {
            let result =
                judge_with(&config, &update(), Ok(response(&[codings], compressed.clone())));
            assert_eq!(result.is_ok(), is_read);
            if let Err(error) = result {
                assert!(
                    error.to_string().contains(&format!("longer than {limit} bytes")),
                    "{error}"
                );
                assert_eq!(error.body(), Some(&body.as_bytes()[..limit]));
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(
        codings in vec(select(vec!["gzip", "x-gzip", "GZIP", "br", "identity", "", ",", "gzip,gzip"]), 0..4),
        bytes in prop_oneof![
            vec(any::<u8>(), 0..200),
            // gzip with one byte changed.
            (vec(any::<u8>(), 0..50), any::<prop::sample::Index>(), any::<u8>()).prop_map(
                |(plain, position, byte)| {
                    let mut bytes = gzip(plain);
                    let position = position.index(bytes.len());
                    bytes[position] = byte;
                    bytes
                }
            ),
        ],
    ) {
        let _ = judge(&update(), Ok(response(&codings, bytes)));
    }
}
