//! The token: redacted in printed text, zeroized in memory.

pub use self::token::ApiToken;
pub(crate) use self::zeroizing::ZeroizingBuffer;

mod redact;
mod token;
mod zeroizing;
