//! The screen of a telephone.

use browser_tests::Browser;
use usedesk_sandbox::Sandbox;

use super::{click, fill_views, open, run};

#[test]
fn every_view_fits_360_pixels() {
    Browser::default().size(360, 740).run("a narrow screen", async |page| {
        let sandbox = Sandbox::start().unwrap();
        for view in &fill_views(&sandbox).await {
            open(page, &sandbox, view).await?;
            page.find("#fault-banner").await?;
            // What scrolls within itself may be wider.
            let script = "const width = document.documentElement.clientWidth; \
                return [...document.querySelectorAll('body *')] \
                  .filter((it) => it.checkVisibility() && !it.closest('pre, nav, table, .skip')) \
                  .filter((it) => it.getBoundingClientRect().right > width + 1) \
                  .map((it) => it.outerHTML.slice(0, 200))";
            assert_eq!(run(page, script).await?, serde_json::json!([]), "{view}");
            let script =
                "const root = document.documentElement; return root.scrollWidth - root.clientWidth";
            assert_eq!(run(page, script).await?, 0, "{view}");
        }
        // The list makes room for the detail, and is back with a link.
        open(page, &sandbox, "tickets/4501").await?;
        click(page, "#ticket a.back").await?;
        click(page, "[data-ticket='4502']").await?;
        page.find("#ticket h2").await?;
        Ok(())
    });
}
