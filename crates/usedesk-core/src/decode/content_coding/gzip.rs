//! gzip (RFC 1952), under its other name `x-gzip` too, in any number of members.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

use crate::transport::{ExchangeLimits, ExchangeResult, TransportError};

use super::codings;

/// How often a response may have been compressed, one time over the other: each costs work.
const MAX_CODINGS: usize = 4;

/// Decodes the body, unless it has a coding besides gzip: such a response is left as it is.
///
/// What could be decoded is in the error. The headers of the coding are gone afterwards.
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
            let fault = TransportError::unknown(format!("its gzip coding cannot be read: {error}"));
            return Err(fault.with_partial(response));
        }
    }
    Ok(response)
}
