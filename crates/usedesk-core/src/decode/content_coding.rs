//! Content codings of responses (RFC 9110, section 8.4). They are decoded here, so that the result
//! is the same with every transport.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

#[cfg(feature = "gzip")]
mod gzip;

#[cfg(feature = "gzip")]
pub(crate) use self::gzip::decode;

/// Returns the response unchanged: decoding needs the feature.
#[cfg(not(feature = "gzip"))]
#[expect(clippy::unnecessary_wraps, reason = "same signature with the feature")]
pub(crate) fn decode(
    response: http::Response<bytes::Bytes>,
    _: crate::transport::ExchangeLimits,
) -> crate::transport::ExchangeResult {
    Ok(response)
}

/// The codings that were applied, in lower case, in the order of their application.
pub(crate) fn codings(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(CONTENT_ENCODING).into_iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let codings = lines.iter().flat_map(|line| line.split(','));
    let codings = codings.map(|coding| coding.trim().to_ascii_lowercase());
    codings.filter(|coding| !matches!(&**coding, "" | "identity")).collect()
}
