use std::time::Duration;

use super::*;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A service that is ready and responds as these functions say.
#[derive(Clone)]
struct Fixed {
    ready: fn() -> Poll<Result<(), BoxError>>,
    respond: fn(&Request<Body>) -> Result<Response<Bytes>, BoxError>,
}

impl Service<Request<Body>> for Fixed {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = future::Ready<Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        (self.ready)()
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        future::ready((self.respond)(&request))
    }
}

async fn exchange(fixed: Fixed) -> ExchangeResult {
    let mut limits = ExchangeLimits::default();
    limits.attempt = Duration::from_millis(20);
    ServiceTransport::new(fixed).exchange(Request::default(), limits).await
}

fn is_ready() -> Poll<Result<(), BoxError>> {
    Poll::Ready(Ok(()))
}

#[tokio::test]
async fn what_was_not_sent_is_known() {
    let unreachable = |_: &Request<Body>| -> Result<Response<Bytes>, BoxError> {
        panic!("called before it was ready")
    };
    let failed = Fixed { ready: || Poll::Ready(Err("closed".into())), respond: unreachable };
    let error = exchange(failed).await.unwrap_err();
    assert_eq!((error.may_be_sent(), error.is_timeout()), (false, false));

    let busy = Fixed { ready: || Poll::Pending, respond: unreachable };
    let error = exchange(busy).await.unwrap_err();
    assert_eq!((error.may_be_sent(), error.is_timeout()), (false, true));

    let passed_on =
        Fixed { ready: is_ready, respond: |_| Err(TransportError::not_sent("no address").into()) };
    assert!(!exchange(passed_on).await.unwrap_err().may_be_sent());

    let own = Fixed { ready: is_ready, respond: |_| Err("of a layer".into()) };
    assert!(exchange(own).await.unwrap_err().may_be_sent());
}

/// A layer that retries everything once.
#[derive(Clone)]
struct Retry<S>(S);

impl<S> Service<Request<Body>> for Retry<S>
where
    S: Service<Request<Body>, Response = Response<Bytes>, Error = TransportError> + Clone,
    S: Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<ExchangeResult>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut service = self.0.clone();
        Box::pin(async move {
            match service.call(request.clone()).await {
                Err(_) => service.call(request).await,
                result => result,
            }
        })
    }
}

#[tokio::test]
async fn a_retry_of_a_layer_does_not_hide_that_the_first_request_may_be_sent() {
    type Fail = fn() -> TransportError;
    let not_sent: Fail = || TransportError::not_sent("refused");
    let unknown: Fail = || TransportError::unknown("reset");
    for (first, second, may_be_sent) in
        [(unknown, not_sent, true), (not_sent, not_sent, false), (not_sent, unknown, true)]
    {
        let mock = crate::testing::MockTransport::new().fail(first()).fail(second());
        let service = Retry(TransportService::new(mock));
        let transport = ServiceTransport::new(service);
        let error = transport.exchange(Request::default(), ExchangeLimits::default()).await;
        assert_eq!(error.unwrap_err().may_be_sent(), may_be_sent);
    }
}

#[tokio::test]
async fn the_service_gets_limits_that_end_before_the_attempt() {
    let fixed = Fixed {
        ready: is_ready,
        respond: |request| {
            let limits: &ExchangeLimits = request.extensions().get().unwrap();
            assert!(limits.attempt < Duration::from_millis(20) && limits.connect < limits.attempt);
            Ok(Response::default())
        },
    };
    assert!(exchange(fixed).await.is_ok());
}

#[test]
fn nothing_is_sent_outside_of_a_runtime() {
    let fixed = Fixed { ready: is_ready, respond: |_| Ok(Response::default()) };
    let mut exchange =
        ServiceTransport::new(fixed).exchange(Request::default(), ExchangeLimits::default());
    let mut context = Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Err(error)) = exchange.as_mut().poll(&mut context) else {
        panic!("no runtime is needed")
    };
    assert!(!error.may_be_sent());
}
