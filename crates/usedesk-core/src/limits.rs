//! The public defaults and caps.

use std::time::Duration;

/// Default timeout for connecting.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Default timeout for one attempt.
pub const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Default timeout for a call with all its attempts, from when the rate limit lets it start.
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(180);

/// Upper bound for every timeout and every wait: a day, which can be added to any clock reading.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The slowest upload that no timeout ends, in bytes per second (a choice of this crate). The
/// timeouts of an attempt and of a call grow by what the body takes at this rate.
pub const MIN_UPLOAD_RATE: u64 = 64 * 1024;

/// Default limit for the body of a response, in bytes.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;

/// Limit for the headers of a response together, in bytes.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Limit for the number of headers of a response.
pub const MAX_HEADERS: usize = 100;

/// Limit for `User-Agent`, in characters.
pub const MAX_USER_AGENT: usize = 255;

/// Default number of attempts per call, the first included.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 4;

/// Default number of tokens in the retry budget of a handle.
pub const DEFAULT_RETRY_BUDGET: u32 = 500;

/// What a retry costs of the retry budget, in tokens. A success gives as many back after a retry that
/// cost them, and 1 otherwise.
pub const RETRY_COST: u32 = 5;

/// Default upper bound of the wait before the first retry. It doubles with each retry.
pub const DEFAULT_INITIAL_BACKOFF: Duration = Duration::from_millis(500);

/// Default upper bound of the wait before any retry.
pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_secs(30);

/// The wait after too many requests (HTTP 429) where the server does not say how long.
///
/// The documentation gives the limit per minute, so this is a minute.
pub const RATE_LIMIT_WAIT: Duration = Duration::from_secs(60);

/// Default rate limit, in calls per minute.
pub const DEFAULT_PER_MINUTE: u32 = 135;

/// Default burst of the rate limit, in calls.
pub const DEFAULT_BURST: u32 = 10;

/// The rate of [`RateLimit::steady`](crate::RateLimit::steady), in calls per minute.
pub const STEADY_PER_MINUTE: u32 = 145;

/// Upper bound for the calls per minute and for the burst of a [`RateLimit`](crate::RateLimit).
pub const MAX_PER_MINUTE: u32 = 60_000;

/// Default upper bound for how long one 429 holds back the other calls of a
/// [`RateLimiter`](crate::RateLimiter): as long as the default timeout of a call.
pub const MAX_RATE_LIMIT_STOP: Duration = Duration::from_secs(180);

/// Default timeout of one request to the store of a [shared rate limiter](crate::shared_limit).
pub const DEFAULT_STORE_TIMEOUT: Duration = Duration::from_millis(100);

/// Upper bound for `Retry-After`. A longer one counts as this.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How much of a body an error keeps, in bytes.
pub const MAX_ERROR_BODY: usize = 64 * 1024;

/// How much memory the lists of a response may take however small its body is, in bytes: enough
/// for 2,000 tickets of a few members each.
pub const MIN_DECODED_BYTES: u64 = 1024 * 1024;

/// How many rows a page of tickets, clients or tags has (articles 51382 and 51383).
pub const PAGE_SIZE: usize = 100;

/// The largest identifier: PHP's integers are signed and have 64 bits (a limit of this crate).
pub const MAX_ID: u64 = i64::MAX as u64;

/// The most parameters PHP reads from a form or a query. It silently drops the rest.
///
/// It is the default of PHP's `max_input_vars`; the documentation gives no limit.
pub const MAX_FORM_PARAMETERS: usize = 1_000;

/// The most files in one request: PHP's `max_file_uploads`, which silently drops the rest. The
/// documentation gives no limit.
pub const MAX_FILES: usize = 20;

/// The largest file, in bytes: 15 MB, since the API rejects a larger one with its code 120.
/// According to the chat protocol, a megabyte has 1,024 times 1,024 bytes. The builders'
/// `allow_large_files` lifts the limit.
pub const MAX_FILE_BYTES: usize = 15 * 1024 * 1024;

/// The longest file name, in characters (a limit of this crate: most file systems have it, in
/// bytes).
pub const MAX_FILE_NAME: usize = 255;
