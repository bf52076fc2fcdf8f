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
