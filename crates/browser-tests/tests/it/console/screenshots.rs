//! The pictures of docs/sandbox.md, which `cargo xtask screenshots` takes.

use std::fs;
use std::path::Path;

use browser_tests::{Browser, Page, Result, http_client};
use usedesk_async::comments::CreateComment;
use usedesk_async::tickets::{GetTicket, ListTickets, UpdateTicket};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{open, program, run};

#[test]
#[ignore = "writes files of the guide"]
fn screenshots() {
    let browser = Browser::default().size(1200, 720).argument("--hide-scrollbars");
    browser.run("screenshots", async |page| {
        let sandbox = Sandbox::start().unwrap();
        use_it(&sandbox).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images");
        fs::create_dir_all(&folder).unwrap();
        open(page, &sandbox, "requests").await?;
        page.find("[data-ignored='1']").await?.click().await?;
        take(page, "#request [data-suggestion]", &folder.join("console-requests.png")).await?;
        open(page, &sandbox, "tickets/4501").await?;
        take(page, "#ticket [data-comment]", &folder.join("console-ticket.png")).await
    });
}

/// Does what the pictures show.
async fn use_it(sandbox: &Sandbox) {
    let program = program(sandbox);
    program.send(ListTickets::new()).await.unwrap();
    program.send(GetTicket::new(4501)).await.unwrap();
    program.send(UpdateTicket::new(4501).status(6.into()).tag("refund")).await.unwrap();
    program
        .send(CreateComment::public(4501, "<p>Thank you, we are checking the invoice.</p>"))
        .await
        .unwrap();
    program.send(GetTicket::new(4711)).await.unwrap_err();
    sandbox.script(ScriptedResponse::status(503));
    program.send(GetTicket::new(4502)).await.unwrap_err();
    // A mistake that the SDK does not let one make.
    let client = http_client();
    let url = format!("{}/update/ticket", sandbox.url());
    let request = client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    let form = "api_token=sandbox-token&ticket_id=4501&tags=vip&status=2";
    request.body(form).send().await.unwrap();
}

/// Takes a picture once an element is there, without the mark of what has the focus.
async fn take(page: &Page, css: &str, file: &Path) -> Result<()> {
    page.find(css).await?;
    run(page, "document.activeElement.blur()").await?;
    // Messages are in frames, which load for a moment.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    page.screenshot(file).await
}
