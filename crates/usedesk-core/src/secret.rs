//! The token: redaction where it is printed, zeroized memory where it is written.

pub use self::token::ApiToken;
pub(crate) use self::zeroizing::ZeroizingBuffer;

mod redact;
mod token;
mod zeroizing;
