//! One rate limit for all programs that call the Usedesk API, kept in Redis.
//!
//! The documented limit of 150 requests per minute counts per IP address, so all programs behind one
//! address share it, on whatever hosts they run. Give their handles rate limiters with the same key
//! of the same Redis: [`blocking::RedisRateLimiter`] or [`aio::RedisRateLimiter`].
//!
//! # How it works
//!
//! A call asks Redis for a slot by one script. If it starts immediately, that is all. Otherwise it
//! sleeps until its slot and asks once more, since meanwhile a response with too many requests may
//! have stopped all calls, or retries of any program may have been served first. A call that is
//! dropped while it waits costs its slot, and so may one that gives up at its deadline.
//!
//! The clock of Redis decides. The state is one key, which expires ten minutes after its last slot.
//! Redis 6.2 or later and Valkey work, as do clusters. The user of the connection needs the commands
//! `EVALSHA`, `SCRIPT LOAD`, `TIME`, `GET` and `SET`.
//!
//! Of two limiters with different limits and the same key, the stricter limit holds for both, for ten
//! minutes after it was last asked for. If one has the longer interval and the other the smaller
//! burst, both hold, but either limit may hold alone every ten minutes, until the other limiter asks.
//! The observer of a limiter whose limit is not the stricter one is told
//! ([`SharedLimitNotice::Stricter`](usedesk_core::SharedLimitNotice::Stricter)).
//!
//! # When Redis is unavailable
//!
//! Each program continues at a rate limit of its own: a tenth of the shared one, or what
//! [`SharedLimit::fallback`] sets. If there are more than ten programs, set it: the limits of all of
//! them together must not exceed the shared one. If only some programs lose Redis, their fallbacks add
//! to the shared limit: choose one that leaves room for that. A program with limiters of both flavors
//! and one key gives them clones of one [`SharedLimit`], so that they have one fallback; each key needs
//! a `SharedLimit` of its own. With [`SharedLimit::without_fallback`] calls fail
//! instead; they are not sent. The observer is told when Redis fails and when it replies again.
//!
//! Each request to Redis, with connecting, holds its call at most 100 ms ([`SharedLimit::timeout`]).
//! After a failure Redis is asked again every second, by one call. Once it replies, the calls that the
//! fallback has queued ask it for slots, within a second.
//!
//! If connecting takes longer than the timeout, a program that ends soon never uses Redis: set a longer
//! timeout, or [`SharedLimit::without_fallback`].
//!
//! If Redis loses its data, calls that wait ask for new slots.
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `blocking` | the module `blocking`, for handles of `usedesk-blocking` |
//! | `async` | the module `aio`, for handles of `usedesk-async`, on tokio |
//!
//! # TLS
//!
//! Passwords, TLS and databases are part of the URL or the `ConnectionInfo` of a
//! [`redis::Client`]; enable the TLS of the crate `redis` in your `Cargo.toml`.
//!
//! - The operating system's library: `tls-native-tls` in the blocking flavor,
//!   `tokio-native-tls-comp` in the async one or with both. It needs no crypto provider.
//! - rustls: `tls-rustls`, or `tokio-rustls-comp`. The crate `redis` uses the default crypto provider
//!   of the process, and panics if there is none and the program has both ring and aws-lc. That
//!   panic ends no call: calls continue at the fallback. In a program that is compiled with
//!   `panic = "abort"` it ends the program.
//! - rustls with a provider of your choice: in the async flavor, open the connection yourself in
//!   [`aio::RedisRateLimiter::with_connect`], over a stream of tokio-rustls, by
//!   `redis::aio::MultiplexedConnection::new_with_config`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "async", feature = "blocking"))]
mod script;

#[cfg(feature = "async")]
pub mod aio;
#[cfg(feature = "blocking")]
pub mod blocking;

pub use redis;
pub use usedesk_core::RateLimit;
pub use usedesk_core::shared_limit::SharedLimit;

/// Timeout for connecting to Redis, and for each of its replies, unless a call waits longer. Behind
/// it a connection counts as broken.
#[cfg(any(feature = "async", feature = "blocking"))]
const CONNECTION_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1);

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/scaling.md")]
struct ScalingGuide;
