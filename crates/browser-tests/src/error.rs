//! Why a browser did not do something.

use std::error::Error;

/// Why a browser did not do something.
pub type BrowserError = Box<dyn Error + Send + Sync>;

/// The result of a command.
pub type Result<T> = std::result::Result<T, BrowserError>;
