//! axe-core finds no serious fault.

use std::fs;
use std::path::Path;

use browser_tests::{Browser, Page, Result};
use serde_json::{Value, json};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{VIEWS, open, program};

const SCRIPT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../xtask/axe/node_modules/axe-core/axe.min.js");

/// Returns the serious faults of the page that is open: their rule and elements.
async fn faults(page: &Page, axe: &str, scheme: &str) -> Result<Vec<Value>> {
    // In the dark only the colors differ.
    let rules = if scheme == "dark" { "runOnly: ['color-contrast']," } else { "" };
    // The page's policy allows no script of others, but the driver is no page.
    let script = format!(
        "{axe}; return axe.run(document, {{ {rules} resultTypes: ['violations'] }}).then(({{ violations }}) => \
         violations.filter(({{ impact }}) => impact === 'serious' || impact === 'critical') \
         .map(({{ id, nodes }}) => [id, nodes.map(({{ html, failureSummary }}) => [html.slice(0, 200), failureSummary])]))"
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
    let axe = fs::read_to_string(SCRIPT).unwrap();
    for scheme in ["light", "dark"] {
        let dark = "--force-dark-mode --blink-settings=preferredColorScheme=0";
        let arguments = if scheme == "dark" { dark } else { "" };
        let browser = arguments.split_whitespace().fold(Browser::default(), Browser::argument);
        browser.run(scheme, async |page| {
            let sandbox = Sandbox::start().unwrap();
            let program = program(&sandbox);
            program
                .send(usedesk_async::tickets::UpdateTicket::new(4501).status(2.into()))
                .await
                .unwrap();
            program.send(usedesk_async::tickets::GetTicket::new(1)).await.unwrap_err();
            sandbox.script(ScriptedResponse::status(503).times(3));
            let details = ["requests/2", "tickets/4501", "tickets/new", "chats/7001"];
            for view in VIEWS.iter().chain(&details) {
                open(page, &sandbox, view).await?;
                page.find("main :is(h2, form)").await?;
                let found = faults(page, &axe, scheme).await?;
                assert!(found.is_empty(), "{scheme} {view}: {found:#?}");
            }
            let script = format!("return matchMedia('(prefers-color-scheme: {scheme})').matches");
            assert_eq!(super::run(page, &script).await?, json!(true));
            // A planted fault is found.
            let planted = "document.querySelector('main').innerHTML += '<img src=x><p>planted</p>'";
            // The page's policy allows no style in HTML.
            super::run(page, planted).await?;
            super::run(
                page,
                "const it = document.querySelector('main').lastChild; \
                [it.style.color, it.style.background] = ['#777', '#888']",
            )
            .await?;
            let found = faults(page, &axe, scheme).await?;
            let rules: Vec<_> = found.iter().map(|fault| fault[0].as_str().unwrap()).collect();
            let expected: &[_] = if scheme == "dark" {
                &["color-contrast"]
            } else {
                &["color-contrast", "image-alt"]
            };
            assert_eq!(rules, expected);
            Ok(())
        });
    }
}
