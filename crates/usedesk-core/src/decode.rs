//! Decoding responses: the output of an operation, or the error in the body.

pub use self::error_code::ErrorCode;
pub use self::open_enum::Unknown;
pub(crate) use self::open_enum::{open_enum, open_number};
pub use self::raw_response::RawResponse;
pub use self::response_error::{ApiError, ResponseError};
pub use self::rows::{RowError, Rows};

pub(crate) mod content_coding;
mod envelope;
mod error_code;
pub(crate) mod lenient;
mod open_enum;
mod raw_response;
mod response_error;
mod rows;
