//! One rate limiter for handles of both flavors.

use std::thread;
use std::time::{Duration, Instant};

use usedesk_blocking::tickets::UpdateTicket;
use usedesk_blocking::{RateLimit, RateLimiter};
use usedesk_sandbox::Sandbox;

use crate::asynchronous::wait;

#[test]
fn handles_of_both_flavors_share_a_rate_limit() {
    const CALLS: u32 = 8;

    let sandbox = Sandbox::start().expect("the sandbox starts");
    let interval = Duration::from_millis(50);
    let limiter = RateLimiter::new(RateLimit::per_minute(1_200));
    let blocking = usedesk_blocking::Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    let blocking = blocking.rate_limiter(limiter.clone()).build().expect("valid");
    let asynchronous = usedesk_async::Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    let asynchronous = asynchronous.rate_limiter(limiter).build().expect("valid");
    let begin = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..CALLS {
                blocking.send(UpdateTicket::new(4501).subject("Letter")).expect("accepted");
            }
        });
        for _ in 0..CALLS {
            wait(asynchronous.send(UpdateTicket::new(4501).subject("Letter"))).expect("accepted");
        }
    });
    let took = begin.elapsed();
    assert!(took >= interval * (2 * CALLS - 1), "{took:?}");
}
