//! Runs tests in a real browser: Chromium without a window, which chromedriver controls.
//!
//! If `chromedriver` is missing, [`Browser::run`] reports on standard error that the test is skipped. With
//! the environment variable `CI` set it panics instead, so that a check that did not run cannot pass.

#![expect(clippy::expect_used, clippy::panic, reason = "used by tests only")]

mod browser;
mod chromedriver;
mod client;
mod element;
mod error;
mod page;

pub use browser::Browser;
pub use client::http_client;
pub use element::Element;
pub use error::{BrowserError, Result};
pub use page::Page;
