//! English and Russian.

use browser_tests::Browser;
use usedesk_sandbox::Sandbox;

use super::{choose, fill_views, open, run};

/// Names of texts, which are shown if one has no translation.
const UNTRANSLATED: &str = "return document.body.innerText.match(/\\b(view|ticket|faults|webhook|chat|data|start\
    |request|requests|outcome|kind|quirk|from|status|word|action|reply|update|message)\\.[a-z_0-9]+\\b/g) ?? []";

#[test]
fn the_language_of_the_browser_is_used() {
    for (language, requests) in [("en", "Requests"), ("ru", "Запросы")] {
        Browser::default().language(language).run(language, async |page| {
            let sandbox = Sandbox::start().unwrap();
            for view in &fill_views(&sandbox).await {
                open(page, &sandbox, view).await?;
                page.find(&format!("html[lang={language}] #fault-banner")).await?;
                assert_eq!(run(page, UNTRANSLATED).await?, serde_json::json!([]), "{view}");
            }
            let link = page.find("nav a[data-view=requests]").await?;
            assert_eq!(link.text().await?, requests);
            // The other one is kept.
            let other = if language == "en" { "ru" } else { "en" };
            choose(page, "#language", other).await?;
            page.find(&format!("html[lang={other}]")).await?;
            page.refresh().await?;
            page.find(&format!("html[lang={other}][data-ready]")).await?;
            Ok(())
        });
    }
}
