//! Rules broken on purpose, to show that the checker sees it.

/// A rule that the simulated program breaks around an engine that keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Makes an operation that must be made once again after a failure that may have acted.
    RepeatsOnce,
    /// Repeats what may have acted although the settings forbid it.
    RepeatsSeen,
    /// Exchanges more often than the settings allow.
    ExceedsAttempts,
    /// Makes an operation that must be made once again after a 503 with `Retry-After`.
    TrustsUnavailable,
    /// Takes code 121 with HTTP 200 for any other error.
    OverlooksCode,
    /// Does not wait for as long as the server asks.
    SkipsServerWaits,
    /// Waits for as long as the server asks and no longer.
    SkipsBackoff,
    /// Lets a refusal for too many requests stop the others for as long as the server asks.
    StopsForHours,
    /// Does not wait for its turn.
    IgnoresRateLimiter,
    /// Keeps a pacer per handle where one is shared.
    SplitsPacer,
    /// Starts all that waited as soon as the server may be asked again.
    CrowdsAfterStop,
    /// Takes ten times as long as the settings allow.
    PassesDeadline,
    /// Says of every failure that nothing was done.
    HidesAction,
    /// Says of every failure that something may have been done.
    ClaimsAction,
    /// Says of operations that only read that they may have done something.
    DoubtsReads,
    /// Answers with success without doing anything.
    LosesEffect,
    /// Takes a refusal for too many requests for success.
    TakesRefusalForSuccess,
    /// Does not say when to come back after a refusal for too many requests.
    ForgetsRetryAfter,
    /// Says that the server asks for a shorter wait than it does.
    CutsRetryAfter,
    /// Lets one call that waits for its turn sleep for hours.
    Starves,
    /// Lets a call that waits for its turn miss it.
    Overtakes,
    /// Lets calls that are repeated wait for their turn behind those that have not begun.
    RepeatsLast,
    /// Waits again whenever a wait is over.
    NeverEnds,
    /// Forgets a call that waits.
    ForgetsCall,
    /// Sends as many requests a minute as are allowed.
    PacesAtTheLimit,
}
