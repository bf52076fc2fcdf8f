//! What no server brings about at will.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;
use reqwest::{Body, Proxy};

use super::*;

/// A body that has always more, a byte at a time.
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
async fn a_body_that_never_lets_us_wait_ends_by_its_deadline() {
    let response = usedesk_core::http::Response::new(Body::wrap(Endless));
    let deadline = Instant::now() + Duration::from_millis(1);
    let mut limits = ExchangeLimits::default();
    limits.response_bytes = 1 << 20;
    let fault = read(response.into(), limits, deadline).await.unwrap_err();
    assert!(fault.is_timeout(), "{fault}");
}

/// An error of neither a connection nor a time limit.
fn error() -> reqwest::Error {
    Proxy::all("http://").unwrap_err()
}

#[test]
fn what_was_not_begun_was_not_sent() {
    for begun in [false, true] {
        let fault = fault(error(), begun, ExchangeLimits::default());
        assert_eq!((fault.may_be_sent(), fault.is_timeout()), (begun, false));
        assert_eq!(fault.to_string(), "empty host");
    }
}

#[test]
fn an_error_has_a_text() {
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

    assert_eq!(Cause(error()).to_string(), "empty host");
    assert_eq!(root_cause(&Outer(io::Error::other("no route"))), "no route");
    assert_eq!(root_cause(&Outer(io::Error::other(""))), "connecting failed");
}
