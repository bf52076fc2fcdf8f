//! Adapters between [`Transport`] and [`tower_service::Service`], for the layers of tower and
//! tower-http.
//!
//! Requires the cargo feature `tower`. A layer goes around the transport of a
//! [`Builder`](crate::Builder) in three steps: [`TransportService`] makes the transport a service,
//! the layer wraps it, and [`ServiceTransport`] makes the result a transport again.
//!
//! ```
//! use tower_service::Service;
//! use usedesk_async::http::{Request, Response};
//! use usedesk_async::tower::{ServiceTransport, TransportService};
//! use usedesk_async::{Body, Bytes, Error, TransportError, Usedesk};
//!
//! # type Layered<S> = S;
//! # fn layer<S>(service: S) -> Layered<S> { service }
//! fn connect() -> Result<Usedesk, Error> {
//!     Usedesk::builder("token")
//!         .wrap_transport(|transport| ServiceTransport::new(layer(TransportService::new(transport))))
//!         .build()
//! }
//! # connect().unwrap();
//! ```
//!
//! Layers that retry, follow redirects or answer from a cache change what the SDK promises: a retry
//! by a layer is part of the same attempt. If any request of it may have been sent, so may the
//! attempt.

use std::error::Error as StdError;
use std::fmt;
use std::future::{self, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;
use usedesk_core::http::Request;
use usedesk_core::{
    Body, BoxFuture, ExchangeLimits, ExchangeResult, Response, Transport, TransportError,
};

/// How much earlier the service has to respond than the attempt ends. The timeout of a transport
/// in it then comes first, which knows whether the request was sent.
const MARGIN: Duration = Duration::from_millis(100);

/// A [`Transport`] as a service.
///
/// It keeps the [`ExchangeLimits`] in the extensions of the request, and the default limits without.
pub struct TransportService<T>(Arc<T>);

impl<T> TransportService<T> {
    /// Makes a service of a transport.
    pub fn new(transport: T) -> Self {
        Self(Arc::new(transport))
    }
}

impl<T> Service<Request<Body>> for TransportService<T>
where
    T: Transport<Exchange = BoxFuture<ExchangeResult>>,
{
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<ExchangeResult>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> BoxFuture<ExchangeResult> {
        let limits = request.extensions().get().copied().unwrap_or_default();
        let sent = request.extensions().get().cloned().unwrap_or_else(Sent::default);
        let exchange = self.0.exchange(request, limits);
        Box::pin(async move {
            // Before it begins, since it may be dropped.
            sent.0.fetch_add(1, Ordering::Relaxed);
            let result = exchange.await;
            if result.as_ref().is_err_and(|error| !error.may_be_sent()) {
                sent.0.fetch_sub(1, Ordering::Relaxed);
            }
            result
        })
    }
}

impl<T> Clone for TransportService<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for TransportService<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportService")
    }
}

/// How many requests of an attempt may have been sent: a layer may send several.
#[derive(Clone, Default)]
struct Sent(Arc<AtomicUsize>);

impl Sent {
    /// The error of an attempt whose last request failed with this one.
    fn judge(&self, error: TransportError) -> TransportError {
        if error.may_be_sent() || self.0.load(Ordering::Relaxed) == 0 {
            return error;
        }
        let is_timeout = error.is_timeout();
        let error = TransportError::unknown(error);
        if is_timeout { error.timed_out() } else { error }
    }
}

/// A service as a [`Transport`]. Needs a tokio runtime.
///
/// - The service gets the [`ExchangeLimits`] and the [`AttemptInfo`](usedesk_core::AttemptInfo) in
///   the extensions of each request.
/// - An error of the service that is a [`TransportError`] stays what it is. An error before the
///   service was ready means that nothing was sent. After any other error the request may have been
///   sent.
/// - The timeout of the attempt includes the wait until the service is ready.
#[derive(Clone)]
pub struct ServiceTransport<S>(S);

impl<S> ServiceTransport<S> {
    /// Makes a transport of a service. Each exchange calls a clone of it.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S> Transport for ServiceTransport<S>
where
    S: Service<Request<Body>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
{
    type Exchange = BoxFuture<ExchangeResult>;
    type Sleep = BoxFuture<()>;

    fn exchange(
        &self,
        mut request: Request<Body>,
        mut limits: ExchangeLimits,
    ) -> BoxFuture<ExchangeResult> {
        if Handle::try_current().is_err() {
            let error = TransportError::not_sent("a tokio runtime is needed").permanent();
            return Box::pin(future::ready(Err(error)));
        }
        let mut service = self.0.clone();
        Box::pin(async move {
            let deadline = Instant::now() + limits.attempt;
            match timeout_at(deadline, poll_fn(|context| service.poll_ready(context))).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(transport_error(error, TransportError::not_sent)),
                Err(_) => {
                    let reason = format!("the service was not ready within {:?}", limits.attempt);
                    return Err(TransportError::not_sent(reason).timed_out());
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            limits.attempt = left.saturating_sub(MARGIN.min(left / 10));
            limits.connect = limits.connect.min(limits.attempt / 10 * 9);
            let sent = Sent::default();
            request.extensions_mut().insert(limits);
            request.extensions_mut().insert(sent.clone());
            match timeout_at(deadline, service.call(request)).await {
                Ok(result) => result
                    .map_err(|error| sent.judge(transport_error(error, TransportError::unknown))),
                Err(_) => Err(TransportError::attempt_timeout(limits)),
            }
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        if Handle::try_current().is_err() {
            // There is no timer. The next exchange fails.
            return Box::pin(future::ready(()));
        }
        Box::pin(tokio::time::sleep(duration))
    }
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceTransport")
    }
}

/// Keeps a transport error that a layer passed on.
fn transport_error(
    error: impl Into<Box<dyn StdError + Send + Sync>>,
    other: fn(Box<dyn StdError + Send + Sync>) -> TransportError,
) -> TransportError {
    error.into().downcast::<TransportError>().map_or_else(other, |error| *error)
}

#[cfg(test)]
mod tests;
