//! The requests of a call.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use crate::encode::{self, Body, Encoded};
use crate::limits::MIN_UPLOAD_RATE;

/// What the requests of a call have in common. Each request is built from it: cloning
/// an `http::Request` would take as many allocations.
pub(crate) struct RequestTemplate {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) user_agent: HeaderValue,
    /// None when all parameters are in the query.
    pub(crate) encoded: Option<Encoded>,
}

impl RequestTemplate {
    /// Builds one of the requests. All share the body.
    pub(crate) fn request(&self) -> Request<Body> {
        // With room for the headers that transports add.
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, encode::JSON.clone());
        #[cfg(feature = "gzip")]
        headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let body = self.encoded.as_ref().map(|Encoded { body, content_type }| {
            headers.insert(CONTENT_TYPE, content_type.clone());
            body.clone()
        });
        let mut request = Request::new(body.unwrap_or_default());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        request
    }

    /// How long the body takes at [`MIN_UPLOAD_RATE`], in whole seconds: zero for most.
    pub(crate) fn upload_time(&self) -> Duration {
        let length = self.encoded.as_ref().map_or(0, |encoded| encoded.body.len());
        Duration::from_secs(length / MIN_UPLOAD_RATE)
    }
}
