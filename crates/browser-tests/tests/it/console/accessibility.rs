//! axe-core finds no serious fault.

use std::fs;
use std::path::Path;

use browser_tests::{Browser, Page, Result};
use serde_json::Value;
use usedesk_async::tickets::GetTicket;
use usedesk_sandbox::Sandbox;

use super::{fill_views, open, program, run};

const SCRIPT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/axe/node_modules/axe-core/axe.min.js");

/// Returns the rules that the page breaks seriously, and the elements.
async fn faults(page: &Page, scheme: &str) -> Result<Vec<Value>> {
    // In the dark only the colors differ.
    let rules = if scheme == "dark" { "runOnly: ['color-contrast']," } else { "" };
    let script = format!(
        "return axe.run(document, {{ {rules} resultTypes: ['violations'] }}).then(({{ violations }}) => \
         violations.filter(({{ impact }}) => impact === 'serious' || impact === 'critical') \
         .map(({{ id, nodes }}) => [id, nodes.map(({{ html, failureSummary }}) => [html, failureSummary])]))"
    );
    Ok(serde_json::from_value(page.execute(script, &[]).await?)?)
}

#[test]
fn no_view_has_a_serious_fault() {
    if !Path::new(SCRIPT).exists() {
        php_oracle::skip_unless_ci(
            "the accessibility of the console",
            "axe-core (cargo xtask tools)",
        );
        return;
    }
    Browser::default().run("accessibility", async |page| {
        let sandbox = Sandbox::start().unwrap();
        program(&sandbox).send(GetTicket::new(1)).await.unwrap_err();
        let views = fill_views(&sandbox).await;
        open(page, &sandbox, "start").await?;
        // The page's policy allows no script of others, but the driver is no page.
        page.execute(fs::read_to_string(SCRIPT).unwrap(), &[]).await?;
        for view in views.iter().map(String::as_str).chain(["requests/2"]) {
            open(page, &sandbox, view).await?;
            page.find("#fault-banner").await?;
            for scheme in ["light", "dark"] {
                page.prefer_colors(scheme).await?;
                let script =
                    format!("return matchMedia('(prefers-color-scheme: {scheme})').matches");
                assert_eq!(run(page, &script).await?, true);
                let found = faults(page, scheme).await?;
                assert!(found.is_empty(), "{scheme} {view}: {found:#?}");
            }
        }
        // Planted faults are found. The page's policy allows no style in HTML.
        run(page, "document.querySelector('main').innerHTML += '<img src=x><p>planted</p>'")
            .await?;
        let style = "document.querySelector('main').lastChild.style";
        run(page, &format!("[{style}.color, {style}.background] = ['#777', '#888']")).await?;
        for (scheme, expected) in
            [("light", &["color-contrast", "image-alt"][..]), ("dark", &["color-contrast"])]
        {
            page.prefer_colors(scheme).await?;
            let found = faults(page, scheme).await?;
            let rules: Vec<_> = found.iter().map(|fault| fault[0].as_str().unwrap()).collect();
            assert_eq!(rules, expected);
        }
        Ok(())
    });
}
