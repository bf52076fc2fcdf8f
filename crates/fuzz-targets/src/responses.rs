//! Decoding responses.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use usedesk_core::http::HeaderValue;
use usedesk_core::http::header::{CONTENT_TYPE, RETRY_AFTER};
use usedesk_core::{Bytes, Operation, RawResponse, Response, StatusCode};

use crate::input::line;

type Read = fn(&Response<Bytes>);

macro_rules! decoders {
    ($($module:ident::$operation:ident,)*) => {
        &[$(operation::<usedesk_core::$module::$operation>()),*]
    };
}

/// All operations by name, with the decoder of their response.
pub const OPERATIONS: &[(&str, Read)] = test_support::operations!(decoders);

const STATUSES: &[u16] = &[200, 201, 204, 302, 400, 404, 429, 500, 503];

/// No response makes an operation panic, and a decoded output round-trips through JSON.
///
/// The first line is a letter for the operation (`a` is the first), a digit for the status and the
/// value of some headers. The rest is the body.
pub fn responses(input: &[u8]) {
    let (head, body) = line(input);
    let [operation, status, header @ ..] = head else { return };
    let pick = |byte: &u8, first: u8, of: usize| usize::from(byte.wrapping_sub(first)) % of;
    let mut response = Response::new(Bytes::copy_from_slice(body));
    let status = STATUSES[pick(status, b'0', STATUSES.len())];
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    if let Ok(value) = HeaderValue::from_bytes(header) {
        response.headers_mut().insert(CONTENT_TYPE, value.clone());
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    let (_, read) = OPERATIONS[pick(operation, b'a', OPERATIONS.len())];
    read(&response);
}

const fn operation<O: Operation>() -> (&'static str, Read)
where
    O::Output: Serialize + DeserializeOwned + PartialEq + Debug,
{
    (O::NAME, read::<O>)
}

fn read<O: Operation>(response: &Response<Bytes>)
where
    O::Output: Serialize + DeserializeOwned + PartialEq + Debug,
{
    match O::decode(&RawResponse::new(response)) {
        Ok(output) => {
            // Rows that cannot be decoded are not serialized.
            let json = serde_json::to_value(&output).ok();
            let again = json.clone().map(serde_json::from_value::<O::Output>);
            let again = again.and_then(Result::ok).map(serde_json::to_value).and_then(Result::ok);
            assert_eq!(again, json, "{} does not round-trip", O::NAME);
        }
        Err(error) => drop(format!("{error} {error:?}")),
    }
}
