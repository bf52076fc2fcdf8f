//! What people do in the console reaches the sandbox, programs and webhooks.

use browser_tests::{Browser, http_client};
use test_support::until;
use usedesk_async::ErrorKind;
use usedesk_async::tickets::{GetTicket, UpdateTicket};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{choose, click, fill, open, program};

#[test]
fn a_reply_as_the_client_reaches_the_webhook() {
    Browser::default().run("a reply as the client", async |page| {
        let (sandbox, receiver) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
        receiver.script(ScriptedResponse::status(200).always());
        open(page, &sandbox, "webhooks").await?;
        click(page, "details:has(#add-webhook) summary").await?;
        fill(page, "#add-webhook [name=url]", &format!("{}/hook", receiver.url())).await?;
        click(page, "#add-webhook button.primary").await?;
        page.find("[data-webhook]").await?;
        page.find("[data-delivery][data-event=ping]").await?;

        open(page, &sandbox, "tickets/4501").await?;
        let before = page.find_all("#ticket [data-comment]").await?.len();
        choose(page, "#reply [name=author]", "client").await?;
        fill(page, "#reply [name=message]", "Where is <b>my</b> parcel?").await?;
        click(page, "#reply button.primary").await?;
        let selector = format!("article[data-comment]:nth-of-type({})", before + 1);
        page.find(&selector).await?;

        open(page, &sandbox, "webhooks").await?;
        click(page, "[data-event=comment_created]").await?;
        page.find("#delivery-response").await?;
        let posted = receiver.requests();
        let comment = posted.iter().find_map(|request| request.parameters.get("comment")).unwrap();
        // Typed text is no HTML, unless one chooses so.
        assert_eq!(comment["message"], "<p>Where is &lt;b&gt;my&lt;/b&gt; parcel?</p>");
        assert_eq!(comment["from"], "client");

        let count = posted.len();
        click(page, "#resend").await?;
        until("the event is sent again", || receiver.requests().len() > count);
        Ok(())
    });
}

#[test]
fn a_fault_hits_the_next_call_of_a_program() {
    Browser::default().run("a fault", async |page| {
        let sandbox = Sandbox::start().unwrap();
        let program = program(&sandbox);
        open(page, &sandbox, "faults").await?;
        let mut script = 0;
        for (kind, expected) in [
            ("status", ErrorKind::Rejected),
            ("api_error", ErrorKind::RateLimited),
            ("disconnect", ErrorKind::Transport),
            ("cut_body", ErrorKind::Decode),
        ] {
            choose(page, "#script [name=kind]", kind).await?;
            click(page, "#script button.primary").await?;
            script += 1;
            page.find(&format!("#scripts [data-script='{script}']")).await?;
            page.find("#fault-banner").await?;
            let error = program.send(GetTicket::new(4501)).await.unwrap_err();
            assert_eq!(error.kind(), expected, "{kind}: {error}");
            if kind == "status" {
                assert_eq!(error.status().unwrap(), 503);
            }
            // Only one call.
            program.send(GetTicket::new(4501)).await.unwrap();
            page.wait_until_gone("#fault-banner").await?;
        }
        // A limit of one request in a minute, of which there were more.
        fill(page, "#rate-limit [name=per_minute]", "1").await?;
        click(page, "#rate-limit button").await?;
        page.find("#fault-banner").await?;
        let mut calls = 0;
        let error = loop {
            calls += 1;
            if let Err(error) = program.send(GetTicket::new(4501)).await {
                break error;
            }
            assert!(calls < 3);
        };
        assert!(error.is_rate_limited(), "{error}");
        click(page, "#clear-faults").await?;
        page.wait_until_gone("#fault-banner").await?;
        program.send(GetTicket::new(4501)).await.unwrap();

        // What is ticked stays ticked while the page is rendered again.
        click(page, "#quirks [value=zeros]").await?;
        program.send(GetTicket::new(4502)).await.unwrap();
        choose(page, "#language", "ru").await?;
        page.find("html[lang=ru]").await?;
        click(page, "#quirks button").await?;
        page.find("#fault-banner").await?;
        click(page, "#quirks [value=zeros]:checked").await?;
        click(page, "#quirks button").await?;
        page.wait_until_gone("#fault-banner").await?;
        Ok(())
    });
}

#[test]
fn a_reset_restores_the_desk() {
    Browser::default().run("a reset", async |page| {
        let sandbox = Sandbox::start().unwrap();
        program(&sandbox).send(UpdateTicket::new(4501).subject("Changed")).await.unwrap();
        open(page, &sandbox, "data").await?;
        click(page, "#reset").await?;
        assert_eq!(sandbox.ticket(4501).unwrap().subject, "Changed");
        click(page, "#confirm-reset").await?;
        let subject = || sandbox.ticket(4501).unwrap().subject;
        until("the desk is reset", || subject() == "Invoice is wrong");
        open(page, &sandbox, "tickets/4501").await?;
        let title = page.find("#ticket h2").await?.text().await?;
        assert_eq!(title, "#4501 Invoice is wrong");

        // An agent who is no longer in the desk remains the assignee of what is saved.
        let mut desk = sandbox.state();
        let tickets = desk["tickets"].as_array_mut().unwrap();
        tickets.iter_mut().find(|ticket| ticket["id"] == 4501).unwrap()["assignee"] = 990.into();
        let url = format!("{}/sandbox/state", sandbox.url());
        let request = http_client().put(url).header("Content-Type", "application/json");
        assert_eq!(request.body(desk.to_string()).send().await?.status(), 204);
        page.find("#update [name=assignee_id] [value='990']:checked").await?;
        choose(page, "#update [name=status]", "5").await?;
        click(page, "#update button.primary").await?;
        page.find("#ticket [data-status='5']").await?;
        assert_eq!(sandbox.ticket(4501).unwrap().assignee, Some(990));
        Ok(())
    });
}
