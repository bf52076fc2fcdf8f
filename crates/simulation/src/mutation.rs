//! Deliberate violations, to show that the checker detects them.

/// A rule that the simulated program breaks around the correct engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Retries an operation marked `Once` after an error that may have acted.
    RetriesOnce,
    /// Retries after an error that may have acted, with `unprocessed_only` set.
    RetriesProcessed,
    /// Retries without a retry budget.
    IgnoresRetryBudget,
    /// Retries nothing once the retry budget is spent, not even what costs nothing of it.
    ChargesUnprocessed,
    /// Makes more attempts than the retry policy allows.
    ExceedsMaxAttempts,
    /// Retries an operation marked `Once` after a 503 with `Retry-After`.
    Trusts503,
    /// Treats code 121 with HTTP status 200 as any other API error.
    IgnoresCode,
    /// Retries immediately, ignoring `Retry-After`.
    IgnoresRetryAfter,
    /// Waits for `Retry-After` only, without backoff.
    SkipsBackoff,
    /// Lets a rate limit error stop other calls without the cap on stops.
    StopsForHours,
    /// Does not wait for the rate limiter.
    IgnoresRateLimiter,
    /// Uses a rate limiter per handle instead of a shared one.
    SplitsRateLimiter,
    /// Starts all queued calls when a stop ends.
    BurstsAfterStop,
    /// Uses ten times the deadline.
    ExceedsDeadline,
    /// Reports for every error that the server has not acted.
    DeniesAction,
    /// Reports for every error that the server may have acted.
    ClaimsAction,
    /// Reports for errors of reads that the server may have acted.
    ClaimsReadsAct,
    /// Responds with success without acting.
    LosesEffect,
    /// Treats a rate limit error as success.
    TakesRateLimitForSuccess,
    /// Reports a rate limit error without `retry_after`.
    DropsRetryAfter,
    /// Reports a shorter `retry_after` than the server sent.
    CapsRetryAfter,
    /// Delays a queued call by hours.
    Starves,
    /// Delays a queued call past its slot.
    MissesSlot,
    /// Queues retries behind new calls.
    QueuesRetriesLast,
    /// Repeats every wait forever.
    NeverEnds,
    /// Never resumes a waiting call.
    ForgetsCall,
    /// Sends the full number of requests per minute that the server allows.
    SendsAtTheLimit,
    /// Gives each program a store of its own.
    SplitsStore,
    /// Starts an attempt when the store fails.
    IgnoresStoreError,
    /// Does not tell the store of a stop.
    ForgetsSharedStop,
    /// Asks the store for a retry's slot as for that of a first attempt.
    QueuesSharedRetriesLast,
    /// Waits for a reply of the store far beyond the timeout.
    OutlivesStoreTimeout,
    /// Never resumes a call that asked the store.
    ForgetsReply,
}
