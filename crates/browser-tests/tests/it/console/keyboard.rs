//! Everything can be done with the keyboard.

use browser_tests::{Browser, Page, Result};
use test_support::until;
use usedesk_sandbox::Sandbox;

use super::{open, program, run};

/// How often Tab is pressed to get somewhere, at most.
const STEPS: usize = 80;

// Their code points in WebDriver.
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const END: &str = "\u{E010}";
const DOWN: &str = "\u{E015}";

/// Presses Tab until an element has the focus, which must be visible.
async fn tab_to(page: &Page, css: &str) -> Result<()> {
    page.find(css).await?;
    for _ in 0..STEPS {
        page.press(TAB).await?;
        let script = format!("return document.activeElement.matches({css:?})");
        if run(page, &script).await? == true {
            let script = "const style = getComputedStyle(document.activeElement); \
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none'";
            assert_eq!(run(page, script).await?, true, "{css}: the focus is not visible");
            return Ok(());
        }
    }
    Err(format!("Tab does not lead to {css}").into())
}

#[test]
fn a_ticket_is_answered_with_the_keyboard_alone() {
    Browser::default().run("the keyboard", async |page| {
        let sandbox = Sandbox::start().unwrap();
        open(page, &sandbox, "requests").await?;
        tab_to(page, "nav a[data-view=tickets]").await?;
        page.press(ENTER).await?;
        // The focus moves to the view, past the navigation.
        tab_to(page, "[data-ticket='4501']").await?;
        page.press(ENTER).await?;
        page.find("#ticket h2:focus").await?;
        tab_to(page, "#reply [name=message]").await?;
        page.press("By keyboard").await?;
        tab_to(page, "#reply button.primary").await?;
        page.press(ENTER).await?;
        let last = || sandbox.ticket(4501).unwrap().comments.pop().unwrap().message;
        until("the reply is there", || last() == "<p>By keyboard</p>");
        Ok(())
    });
}

#[test]
fn the_list_of_requests_is_one_stop_with_arrows_inside() {
    Browser::default().run("arrows", async |page| {
        let sandbox = Sandbox::start().unwrap();
        let program = program(&sandbox);
        for _ in 0..200 {
            program.send(usedesk_async::tickets::GetTicket::new(4501)).await.unwrap();
        }
        open(page, &sandbox, "requests").await?;
        tab_to(page, "[data-request]").await?;
        page.find("[data-request='200']:focus").await?;
        page.press(DOWN).await?;
        page.find("[data-request='199']:focus").await?;
        page.press(END).await?;
        page.find("[data-request='1']:focus").await?;
        page.press(ENTER).await?;
        page.find("#request h2:focus").await?;
        assert_eq!(run(page, "return location.hash").await?, "#/requests/1");
        Ok(())
    });
}
