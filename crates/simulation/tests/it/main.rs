//! Tests of the invariants, and of the checker with mutations.

mod bulk;
mod crowd;
mod mutations;
mod seeds;
