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

use serde_json::Value;
use thirtyfour::prelude::*;
use usedesk_async::{RetryPolicy, Usedesk};
use usedesk_sandbox::Sandbox;

/// Addresses that show something of the demo desk, once each form was used.
const VIEWS: [&str; 7] = ["requests", "tickets", "chats", "webhooks", "faults", "data", "start"];

/// Opens a view and waits until it has its data.
async fn open(page: &WebDriver, sandbox: &Sandbox, view: &str) -> WebDriverResult<()> {
    page.goto(format!("{}/#/{view}", sandbox.url())).await?;
    see(page, "html[data-ready]").await?;
    Ok(())
}

/// Waits until an element is there, and returns the first one.
async fn see(page: &WebDriver, css: &str) -> WebDriverResult<WebElement> {
    page.query(By::Css(css)).desc(css).first().await
}

/// Waits until an element is visible, and clicks it.
async fn click(page: &WebDriver, css: &str) -> WebDriverResult<()> {
    let element = page.query(By::Css(css)).desc(css).and_displayed().first().await?;
    element.scroll_into_view().await?;
    element.click().await
}

/// Replaces the text of a field.
async fn fill(page: &WebDriver, css: &str, text: &str) -> WebDriverResult<()> {
    let element = page.query(By::Css(css)).desc(css).and_displayed().first().await?;
    element.clear().await?;
    element.send_keys(text).await
}

/// Chooses an option by its value.
async fn choose(page: &WebDriver, css: &str, value: &str) -> WebDriverResult<()> {
    see(page, &format!("{css} option[value='{value}']")).await?.click().await
}

/// Waits until a button has done what it does, and returns what the page says.
async fn told(page: &WebDriver) -> WebDriverResult<String> {
    let status = see(page, "#status[data-kind]").await?;
    let text = status.text().await?;
    assert_eq!(status.attr("data-kind").await?.as_deref(), Some("ok"), "{text}");
    Ok(text)
}

/// Runs JavaScript in the page.
async fn run(page: &WebDriver, script: &str) -> WebDriverResult<Value> {
    Ok(page.execute(script, Vec::new()).await?.json().clone())
}

/// A program that uses the SDK, without retries.
fn program(sandbox: &Sandbox) -> Usedesk {
    let builder = Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    builder.without_rate_limit().retry_policy(RetryPolicy::none()).build().unwrap()
}
