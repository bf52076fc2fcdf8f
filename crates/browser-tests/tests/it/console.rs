//! The console of the sandbox, as people use it. Its hooks for tests are listed in its `index.html`.

mod accessibility;
mod attack_texts;
mod controls;
mod keyboard;
mod languages;
mod live;
mod many_requests;
mod narrow;
mod screenshots;

use browser_tests::{Page, Result};
use serde_json::Value;
use usedesk_async::{RetryPolicy, Usedesk};
use usedesk_sandbox::Sandbox;

/// Addresses that show something of the demo desk, once each form was used.
const VIEWS: [&str; 7] = ["requests", "tickets", "chats", "webhooks", "faults", "data", "start"];

/// Opens a view and waits until it has its data.
async fn open(page: &Page, sandbox: &Sandbox, view: &str) -> Result<()> {
    page.goto(format!("{}/#/{view}", sandbox.url())).await?;
    page.find("html[data-ready]").await?;
    Ok(())
}

/// Waits until an element is visible, and clicks it.
async fn click(page: &Page, css: &str) -> Result<()> {
    page.find_visible(css).await?.click().await
}

/// Replaces the text of a field.
async fn fill(page: &Page, css: &str, text: &str) -> Result<()> {
    let element = page.find_visible(css).await?;
    element.clear().await?;
    element.send_keys(text).await
}

/// Chooses an option by its value.
async fn choose(page: &Page, css: &str, value: &str) -> Result<()> {
    page.find(&format!("{css} option[value='{value}']")).await?.click().await
}

/// Runs JavaScript in the page.
async fn run(page: &Page, script: &str) -> Result<Value> {
    page.execute(script, &[]).await
}

/// A program that uses the SDK, without retries.
fn program(sandbox: &Sandbox) -> Usedesk {
    let builder = Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    builder.without_rate_limit().retry_policy(RetryPolicy::none()).build().unwrap()
}
