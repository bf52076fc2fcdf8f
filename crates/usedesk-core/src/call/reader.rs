//! From the end of an exchange to the output of the operation, or to the error.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Response, Version};

use super::retry::Failure;
use crate::decode::{RawResponse, ResponseError, content_coding};
use crate::error::Error;
use crate::limits::{MAX_HEADER_BYTES, MAX_HEADERS};
use crate::operation::Label;
use crate::secret::ApiToken;
use crate::transport::{ExchangeLimits, ExchangeResult, TransportError};

/// Reads the responses of a call.
pub(crate) struct Reader<T> {
    pub(crate) label: Label,
    pub(crate) limits: ExchangeLimits,
    pub(crate) token: ApiToken,
    pub(crate) decode: fn(&RawResponse<'_>) -> Result<T, ResponseError>,
}

impl<T> Reader<T> {
    /// Decodes the output, or says what went wrong.
    pub(crate) fn read(
        &self,
        result: ExchangeResult,
        wall: SystemTime,
    ) -> Result<Response<T>, Failure> {
        let response = with_clear_framing(result)
            .and_then(with_bounded_headers)
            .and_then(|response| content_coding::decode(response, self.limits))
            .map_err(|error| self.broken_off(error, wall))?;
        let whole = |error: Error| Failure { error: error.with_wall_time(wall), broke_off: false };
        if !response.status().is_success() {
            return Err(whole(Error::rejected(self.label, response, &self.token)));
        }
        match (self.decode)(&RawResponse::new(&response).with_token(&self.token)) {
            Ok(output) => Ok(response.map(|_| output)),
            Err(error) => {
                let error = with_codings(error, response.headers());
                Err(whole(Error::response(self.label, error, response, &self.token)))
            }
        }
    }

    fn broken_off(&self, mut error: TransportError, wall: SystemTime) -> Failure {
        let broke_off = !error.is_permanent();
        let error = match error.take_partial() {
            None => Error::transport(self.label, &error, None, &self.token),
            Some(partial) => self.cut_short(&error, self.decoded_in_part(partial)),
        };
        Failure { error: error.with_wall_time(wall), broke_off }
    }

    /// As much of an incomplete response as can be decoded.
    fn decoded_in_part(&self, partial: Response<Bytes>) -> Response<Bytes> {
        content_coding::decode(partial, self.limits)
            .unwrap_or_else(|mut error| error.take_partial().unwrap_or_default())
    }

    /// The error for an incomplete response: the part that arrived says the most.
    fn cut_short(&self, cause: &TransportError, partial: Response<Bytes>) -> Error {
        let error = self.judge_part(cause, partial);
        error.with_source(cause, &self.token)
    }

    fn judge_part(&self, cause: &TransportError, partial: Response<Bytes>) -> Error {
        if !partial.status().is_success() {
            return Error::rejected(self.label, partial, &self.token);
        }
        let error = match RawResponse::new(&partial).api_error() {
            Some(error) => ResponseError::Api(error),
            None if cause.is_timeout() => {
                return Error::transport(self.label, cause, Some(partial), &self.token);
            }
            None => ResponseError::Decode(format!("the response is cut short: {cause}")),
        };
        Error::response(self.label, error, partial, &self.token)
    }
}

/// Names the content codings of a body that cannot be decoded.
fn with_codings(error: ResponseError, headers: &HeaderMap) -> ResponseError {
    let codings = content_coding::codings(headers);
    match error {
        ResponseError::Decode(reason) if !codings.is_empty() => ResponseError::Decode(format!(
            "{reason}; it has the content coding {}, which is not supported",
            codings.join(", ")
        )),
        error => error,
    }
}

/// HTTP libraries disagree on where a response ends if it has a transfer coding after the chunked
/// one, or any transfer coding in HTTP/1.0 (RFC 9112, sections 6.1 and 6.3).
fn with_clear_framing(result: ExchangeResult) -> ExchangeResult {
    let response = match &result {
        Ok(response) => Some(response),
        Err(error) => error.partial(),
    };
    let is_odd = response.is_some_and(|response| {
        let lines = response.headers().get_all(TRANSFER_ENCODING).into_iter();
        let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
        let codings = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
        let mut behind = codings.skip_while(|coding| !coding.eq_ignore_ascii_case("chunked"));
        behind.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("chunked"))
            || !lines.is_empty() && response.version() < Version::HTTP_11
    });
    if is_odd {
        return Err(TransportError::unknown("it is not clear where the response ends"));
    }
    if response.is_some_and(has_reserved_length) {
        return Err(TransportError::headers_too_long());
    }
    result
}

/// Whether its end is marked by one of the two lengths that hyper reserves, and reports as a head that
/// is too large.
fn has_reserved_length(response: &Response<Bytes>) -> bool {
    let length = |value: &HeaderValue| value.to_str().ok()?.trim().parse::<u64>().ok();
    let mut lengths = response.headers().get_all(CONTENT_LENGTH).iter().filter_map(length);
    !response.headers().contains_key(TRANSFER_ENCODING) && lengths.any(|it| it >= u64::MAX - 1)
}

/// Every transport gets the same limits, whatever its HTTP library has.
fn with_bounded_headers(response: Response<Bytes>) -> ExchangeResult {
    let headers = response.headers();
    // Each with a colon, a space and a line end.
    let bytes: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes <= MAX_HEADER_BYTES && headers.len() <= MAX_HEADERS {
        return Ok(response);
    }
    Err(TransportError::headers_too_long())
}
