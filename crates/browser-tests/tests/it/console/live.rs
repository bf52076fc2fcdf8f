//! What others do is shown without a reload.

use std::io::{self, Write as _};
use std::time::Instant;

use browser_tests::{Browser, http_client};
use serde_json::json;
use usedesk_async::tickets::UpdateTicket;
use usedesk_sandbox::Sandbox;

use super::{open, post, program, run};

#[test]
fn a_change_by_a_program_is_shown_without_a_reload() {
    Browser::default().run("a change by a program", async |page| {
        let sandbox = Sandbox::start().unwrap();
        open(page, &sandbox, "tickets/4501").await?;
        page.find("#ticket [data-status='8']").await?;
        run(page, "window.isTheSame = true").await?;

        let start = Instant::now();
        program(&sandbox)
            .send(UpdateTicket::new(4501).status(2.into()).subject("Solved"))
            .await
            .unwrap();
        let called = start.elapsed();
        page.find("#ticket [data-status='2']").await?;
        // Not `eprintln!`: a figure, whether or not the output of tests is shown.
        let text = "a change by a program is shown after";
        let _ = writeln!(io::stderr(), "{text} {:.0?}", start.elapsed().saturating_sub(called));
        let title = page.find("#ticket h2").await?.text().await?;
        assert_eq!(title, "#4501 Solved");
        page.find("#history [data-change]").await?;

        // The request, too.
        page.find("nav a[data-view=requests]").await?.click().await?;
        page.find("[data-request='1'][data-outcome=ok]").await?.click().await?;
        page.find("#request #effects a[href='#/tickets/4501']").await?;
        assert_eq!(run(page, "return window.isTheSame").await?, true);

        // A page that the browser kept while another one was shown.
        run(page, "dispatchEvent(new PageTransitionEvent('pagehide'))").await?;
        post(&sandbox, "/other", &json!({})).await;
        run(page, "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
            .await?;
        page.find("[data-request='2']").await?;
        page.find("#request #effects a[href='#/tickets/4501']").await?;
        Ok(())
    });
}

/// The question that a newcomer has: why is my parameter ignored?
#[test]
fn a_parameter_with_a_wrong_name_is_explained() {
    Browser::default().run("a wrong name", async |page| {
        let sandbox = Sandbox::start().unwrap();
        open(page, &sandbox, "requests").await?;
        let url = format!("{}/update/ticket", sandbox.url());
        let form = "api_token=sandbox-token&ticket_id=4501&tags=vip";
        let client = http_client();
        let request = client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(request.body(form).send().await?.status(), 200);
        page.find("[data-request='1'][data-ignored='1']").await?.click().await?;
        page.find("#request [data-ignored=tags] [data-suggestion=tag]").await?;
        // The token is not shown.
        let text = page.find("#request").await?.text().await?;
        assert!(text.contains("vip") && !text.contains("sandbox-token"), "{text}");

        // Another sandbox takes its place, whose ids are the same.
        let port = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
        drop(sandbox);
        let sandbox = Sandbox::builder().port(port).token("it's&mine").start().unwrap();
        post(&sandbox, "/other", &json!({ "a": 1 })).await;
        post(&sandbox, "/another", &json!({ "a": 1 })).await;
        page.find("[data-request='2']").await?;
        page.wait_until_gone("#request [data-ignored=tags]").await?;
        let text = page.find("#request h2").await?.text().await?;
        assert_eq!(text, "POST /other");
        let text = page.find("#requests").await?.text().await?;
        assert!(text.contains("/another") && !text.contains("/update/ticket"), "{text}");

        // The line to try is for this sandbox and any shell.
        open(page, &sandbox, "start").await?;
        let line = page.find("#try-curl").await?.text().await?;
        assert!(line.starts_with("curl -d 'api_token=it%27s%26mine&ticket_id=450"), "{line}");
        Ok(())
    });
}
