//! Web pages of other sites cannot read or change the sandbox, in a browser that enforces what browsers
//! enforce and nothing more.

use std::collections::BTreeSet;

use browser_tests::{Browser, Page, Result, http_client};
use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use crate::site::Site;

/// Has functions that read, change and reset a sandbox, in every way that a page has.
const PAGE: &str = include_str!("attack.html");

/// A browser in which a name leads to this machine, as an attacker's name can.
fn browser(name: &str) -> Browser {
    Browser::default().argument(format!("--host-resolver-rules=MAP {name} 127.0.0.1"))
}

/// What a page could change.
async fn state(sandbox: &Sandbox) -> Value {
    let client = http_client();
    let get = async |path: &str| -> Value {
        let response = client.get(format!("{}/sandbox/{path}", sandbox.url())).send().await;
        serde_json::from_slice(&response.unwrap().bytes().await.unwrap()).unwrap()
    };
    let requests = sandbox.requests().len();
    let deliveries = sandbox.deliveries().len();
    json!([sandbox.state(), get("settings").await, get("scripts").await, requests, deliveries])
}

/// Starts a sandbox with a changed desk and a request in its journal, so that a reset would show.
async fn start(port: u16) -> Sandbox {
    let sandbox = Sandbox::builder().port(port).start().unwrap();
    let url = format!("{}/update/ticket?api_token=sandbox-token&ticket_id=4501", sandbox.url());
    let client = http_client();
    let form = "application/x-www-form-urlencoded";
    let request = client.post(url).header("Content-Type", form).body("subject=Changed");
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(sandbox.ticket(4501).unwrap().subject, "Changed");
    sandbox
}

/// Calls a function of the page that is open.
async fn call(page: &Page, function: &str, url: &str) -> Result<Value> {
    page.execute(format!("return {function}(arguments[0])"), &[json!(url)]).await
}

/// Asserts that the page that is open reads and changes nothing of the sandbox, which it reaches at a URL.
async fn fails(page: &Page, sandbox: &Sandbox, url: &str) -> Result<()> {
    let before = state(sandbox).await;
    assert_eq!(call(page, "read", url).await?, json!([]), "{url}");
    for function in ["change", "act", "reset"] {
        call(page, function, url).await?;
        assert_eq!(state(sandbox).await, before, "{url}");
    }
    Ok(())
}

#[test]
fn a_page_of_another_site_reads_and_changes_nothing() {
    browser("evil.test").run("a page of another site", async |page| {
        let (site, sandbox) = (Site::new(PAGE), start(0).await);
        page.goto(format!("http://evil.test:{}/", site.port)).await?;
        fails(page, &sandbox, sandbox.url()).await?;
        fails(page, &sandbox, &sandbox.url().replace("127.0.0.1", "localhost")).await
    });
}

/// With DNS rebinding, the sandbox and the page have the same origin to the browser: the name leads to the
/// attacker's server first, and to this machine later.
#[test]
fn a_page_whose_name_is_rebound_reads_and_changes_nothing() {
    browser("rebound.test").run("a page whose name is rebound", async |page| {
        let site = Site::new(PAGE);
        let port = site.port;
        let url = format!("http://rebound.test:{port}");
        page.goto(&url).await?;
        drop(site);
        let sandbox = start(port).await;
        fails(page, &sandbox, &url).await?;
        fails(page, &sandbox, sandbox.url()).await
    });
}

/// Where it may, the same page succeeds in every way, so the tests above can fail.
#[test]
fn a_page_of_this_machine_reads_and_changes_everything() {
    browser("evil.test").run("a page of this machine", async |page| {
        let paths = [
            "health",
            "requests",
            "state",
            "scripts",
            "settings",
            "webhooks",
            "token",
            "api/tickets",
            "openapi.json",
        ];
        let cors = paths.map(|path| format!("cors {path}"));
        let no_cors = paths.map(|path| format!("no-cors {path}"));
        let others = ["stream", "frame", "load"].map(str::to_owned);
        for (host, is_same_origin) in
            [("localhost", false), ("127.0.0.1", false), ("127.0.0.1", true)]
        {
            let site = Site::new(PAGE);
            page.goto(format!("http://{host}:{}/", site.port)).await?;
            let port = if is_same_origin { site.port } else { 0 };
            drop(site);
            let sandbox = start(port).await;
            let read: BTreeSet<String> =
                serde_json::from_value(call(page, "read", sandbox.url()).await?)?;
            // A page of another origin needs permission to read: frames and `no-cors` have none.
            let possible: BTreeSet<_> = [&cors[..], &no_cors, &others]
                .concat()
                .into_iter()
                .filter(|way| is_same_origin || cors.contains(way) || way == "stream")
                .collect();
            assert_eq!(read, possible, "{host}");

            call(page, "change", sandbox.url()).await?;
            let changed = state(&sandbox).await;
            assert_eq!(changed[0]["tickets"], json!([]), "{host}");
            assert_eq!(changed[1]["latency_ms"]["min"], 1, "{host}");
            // Two by `cors`, one by `no-cors`, one by a beacon, one by a form.
            assert_eq!(changed[2]["scripts"].as_array().map(Vec::len), Some(5), "{host}");
            assert_eq!(changed[3], 0, "{host}");
            call(page, "reset", sandbox.url()).await?;
            assert_eq!(sandbox.ticket(4501).unwrap().subject, "Invoice is wrong", "{host}");
            call(page, "act", sandbox.url()).await?;
            assert_eq!(sandbox.ticket(4501).unwrap().subject, "Attacked", "{host}");
        }
        Ok(())
    });
}
