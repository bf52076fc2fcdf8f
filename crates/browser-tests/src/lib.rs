//! Runs tests in a real browser: Chromium without a window, driven over WebDriver.
//!
//! If `chromedriver` is missing, [`Browser::run`] reports on standard error that the test is skipped. With
//! the environment variable `CI` set it panics instead, so that a check that did not run cannot pass.

#![expect(clippy::expect_used, clippy::panic, reason = "used by tests only")]

mod browser;
mod chromedriver;

pub use browser::Browser;
