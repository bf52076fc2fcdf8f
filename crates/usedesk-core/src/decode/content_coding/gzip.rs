//! gzip (RFC 1952), also named `x-gzip`, with any number of members.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

use crate::transport::{ExchangeLimits, ExchangeResult, TransportError};

use super::codings;

/// Limit for the number of codings of one response: decoding each of them costs work.
const MAX_CODINGS: usize = 4;

/// Decodes the body and removes the headers of the coding. A response with a coding other than gzip
/// is returned unchanged.
///
/// The error contains what was decoded before it.
pub(crate) fn decode(mut response: Response<Bytes>, limits: ExchangeLimits) -> ExchangeResult {
    let codings = codings(response.headers());
    let is_gzip = |coding: &String| matches!(&**coding, "gzip" | "x-gzip");
    let is_supported = codings.len() <= MAX_CODINGS && codings.iter().all(is_gzip);
    if codings.is_empty() || !is_supported {
        return Ok(response);
    }
    for name in [CONTENT_ENCODING, CONTENT_LENGTH] {
        response.headers_mut().remove(name);
    }
    if response.body().is_empty() {
        return Ok(response);
    }
    for _ in codings {
        let mut decoded = Vec::new();
        let most = u64::try_from(limits.response_bytes).unwrap_or(u64::MAX).saturating_add(1);
        let read = MultiGzDecoder::new(&response.body()[..]).take(most).read_to_end(&mut decoded);
        let is_too_long = decoded.len() > limits.response_bytes;
        decoded.truncate(limits.response_bytes);
        *response.body_mut() = decoded.into();
        if is_too_long {
            return Err(TransportError::response_too_long(limits).with_partial(response));
        }
        if let Err(error) = read {
            let error = TransportError::unknown(format!("its gzip coding cannot be read: {error}"));
            return Err(error.with_partial(response));
        }
    }
    Ok(response)
}
