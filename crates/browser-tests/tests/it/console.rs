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

use browser_tests::{Page, Result, http_client};
use serde_json::{Value, json};
use test_support::closed_port;
use usedesk_async::{RetryPolicy, Usedesk};
use usedesk_sandbox::{Event, Sandbox, ScriptedResponse};

/// Addresses that show something of the demo desk, once each form was used.
const VIEWS: [&str; 7] = ["requests", "tickets", "chats", "webhooks", "faults", "data", "start"];

/// Opens a view, or a detail in it, and waits until it has its data.
async fn open(page: &Page, sandbox: &Sandbox, view: &str) -> Result<()> {
    page.goto(format!("{}/#/{view}", sandbox.url())).await?;
    let selector = match view.split_once('/') {
        Some((view, id)) => format!("[data-view={view}][data-id='{id}'] .detail h2"),
        None => format!("[data-view={view}]:not([data-id]) :is(h2, form)"),
    };
    page.find(&format!("html[data-ready] main{selector}")).await?;
    Ok(())
}

/// Posts JSON to the API.
async fn post(sandbox: &Sandbox, path: &str, parameters: &Value) -> Value {
    let client = http_client();
    let request = client.post(format!("{}{path}", sandbox.url()));
    let request = request.header("Content-Type", "application/json").body(parameters.to_string());
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Does something that each view shows, and returns the addresses of all views and of a detail in each.
/// A fault is active.
async fn fill_views(sandbox: &Sandbox) -> Vec<String> {
    let update =
        json!({ "api_token": sandbox.token(), "ticket_id": 4501, "status": 2, "tags": "a" });
    post(sandbox, "/update/ticket", &update).await;
    let message = json!({ "text": "Where is it?", "from": { "name": "Ann" } });
    let chat = json!({
        "api_token": sandbox.token(), "company_id": 1, "channel_id": 4, "message": message,
    });
    let chat = &post(sandbox, "/chat/addMessage", &chat).await["chat_id"];
    let hook = format!("http://127.0.0.1:{}/hook", closed_port());
    sandbox.fire(&hook, &Event::ping()).unwrap_err();
    let delivery = sandbox.deliveries().last().unwrap().id;
    sandbox.script(ScriptedResponse::status(503).always().for_operation("list_tags"));
    let details = [
        "requests/1".to_owned(),
        "tickets/4501".to_owned(),
        "tickets/new".to_owned(),
        format!("chats/{chat}"),
        format!("webhooks/{delivery}"),
    ];
    VIEWS.map(str::to_owned).into_iter().chain(details).collect()
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
