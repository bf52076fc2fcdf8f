//! Cases that no test server can produce.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;
use reqwest::{Body, Proxy};

use super::*;

/// An endless body that is always ready, a byte at a time.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
    }
}

#[tokio::test]
async fn a_body_that_is_always_ready_times_out() {
    let response = usedesk_core::http::Response::new(Body::wrap(Endless));
    let deadline = Instant::now() + Duration::from_millis(1);
    let mut limits = ExchangeLimits::default();
    limits.response_bytes = 1 << 20;
    let error = read(response.into(), limits, deadline).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

/// An error that is neither from connecting nor a timeout.
fn error() -> reqwest::Error {
    Proxy::all("http://").unwrap_err()
}

#[test]
fn a_request_whose_body_was_not_begun_was_not_sent() {
    for is_begun in [false, true] {
        let error = transport_error(error(), is_begun, ExchangeLimits::default());
        assert_eq!((error.may_be_sent(), error.is_timeout()), (is_begun, false));
        assert_eq!(error.to_string(), "empty host");
    }
}

#[test]
fn the_root_cause_is_the_innermost_text() {
    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("connecting failed")
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    assert_eq!(root_cause(&Outer(io::Error::other("no route"))), "no route");
    assert_eq!(root_cause(&Outer(io::Error::other(""))), "connecting failed");
}
