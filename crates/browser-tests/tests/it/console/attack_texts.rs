//! Texts that attack the page, in every field that others fill in.

use std::time::Duration;

use browser_tests::{Browser, Page, Result, http_client};
use serde_json::{Map, Value, json};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{VIEWS, open, post, run};
use crate::site::Site;

/// Texts that run a script, load something or lead elsewhere where they are parsed as HTML, as the value of an
/// attribute or as a URL. `URL` is that of a server which counts requests. Subjects have 255 characters at most.
const TEXTS: [&str; 3] = [
    "\"'><img src=x onerror='top.hacked=1;fetch(\"URL/a\")'><svg onload=top.hacked=1></svg><script>top.hacked=1\
     </script><img src=URL/b><link rel=stylesheet href=/by-style>",
    "javascript:top.hacked=1//URL",
    "</script></style></textarea></title><iframe srcdoc='<script>top.hacked=1</script>'></iframe>\
     <link rel=stylesheet href=URL/c><base href=URL><meta http-equiv=refresh content='0;url=URL'>",
];

/// Names that every object of JavaScript has.
const NAMES: [&str; 3] = ["__proto__", "constructor", "toString"];

/// A page without protection, which shows that the texts attack.
const DEFENSELESS: &str = "<!doctype html><title>x</title><body></body>";

/// Writes an attacking text into each field of a new ticket, a chat, a client, an agent and a request.
async fn write(sandbox: &Sandbox, text: &str) {
    let token = sandbox.token();
    let client =
        json!({ "api_token": token, "name": text, "site": text, "position": text, "note": text });
    post(sandbox, "/create/client", &client).await;
    let ticket = json!({
        "api_token": token, "subject": text, "message": text, "tag": text, "client_id": "new_client",
        "client_name": text, "field_id": "31", "field_value": text, text: text,
    });
    post(sandbox, "/create/ticket", &ticket).await;
    let message = json!({ "text": text, "from": { "name": text } });
    let chat = json!({ "api_token": token, "company_id": 1, "channel_id": 4, "message": message });
    post(sandbox, "/chat/addMessage", &chat).await;

    let boundary = "XyZ";
    let quoted = text.replace('"', "%22");
    let fields = [("api_token", token), ("ticket_id", "4501"), ("message", text), (&quoted, text)];
    let fields = fields.map(|(name, value)| {
        format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}")
    });
    let files = ["image/svg+xml", "text/html"].map(|media_type| {
        format!(
            "Content-Disposition: form-data; name=\"files[]\"; filename=\"{quoted}\"\r\n\
             Content-Type: {media_type}\r\n\r\n<svg xmlns='http://www.w3.org/2000/svg'>\
             <script>top.hacked=1</script></svg>"
        )
    });
    let parts = [&fields[..], &files].concat().join(&format!("\r\n--{boundary}\r\n"));
    let body = format!("--{boundary}\r\n{parts}\r\n--{boundary}--\r\n");
    let client = http_client();
    let path = "/create/comment?<img+src=x+onerror=top.hacked=1>=1";
    let request = client.post(format!("{}{path}", sandbox.url()));
    let request =
        request.header("Content-Type", format!("multipart/form-data; boundary={boundary}"));
    let request = request.header("X-Attack", text.replace(['\r', '\n'], " "));
    request.body(body).send().await.unwrap();
}

/// Puts a text in place of all names: of agents, groups, channels, fields and clients.
fn rename(document: &mut Value, text: &str) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(old) if name == "name" => text.clone_into(old),
                    value => rename(value, text),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, text)),
        _ => {}
    }
}

/// Whether a script has run, also in a frame.
async fn is_hacked(page: &Page) -> Result<bool> {
    // What is pending runs first.
    let script = "return new Promise((done) => setTimeout(() => done(window.hacked === 1)))";
    Ok(run(page, script).await? == true)
}

#[test]
fn no_text_runs_a_script_or_loads_anything() {
    Browser::default().run("attacking texts", async |page| {
        let beacon = Site::new(DEFENSELESS);
        let texts = TEXTS.map(|text| text.replace("URL", &format!("http://127.0.0.1:{}", beacon.port)));
        let receiver = Sandbox::start().unwrap();
        let mut desk = receiver.state();
        rename(&mut desk, &texts[0]);
        let sandbox = Sandbox::builder().seed(desk).start().unwrap();
        let body = texts.concat();
        receiver.script(ScriptedResponse::status(200).header("Content-Type", "text/html").body(body).always());
        let webhook = usedesk_sandbox::Webhook::new(receiver.url()).unwrap();
        sandbox.set_webhooks([webhook]).unwrap();
        for text in &texts {
            write(&sandbox, text).await;
            sandbox.script(ScriptedResponse::status(200).body(text.as_str()).for_operation("list_tags"));
        }
        let token = sandbox.token();
        let pairs = NAMES.map(|name| (name.to_owned(), json!({ name: name })));
        let mut parameters = Map::from_iter(pairs);
        parameters.insert("api_token".to_owned(), token.into());
        post(&sandbox, "/tickets", &parameters.into()).await;
        let requests = sandbox.requests().len();
        let state = sandbox.state();
        let ids = |list: &str| -> Vec<u64> {
            let items = state[list].as_array().into_iter().flatten();
            items.filter_map(|item| item["id"].as_u64()).collect()
        };
        let mut views: Vec<String> = VIEWS.map(str::to_owned).into();
        views.extend(ids("tickets").iter().map(|id| format!("tickets/{id}")));
        views.extend(ids("chats").iter().map(|id| format!("chats/{id}")));
        views.extend(sandbox.journal().iter().map(|entry| format!("requests/{}", entry.id)));
        views.extend(sandbox.deliveries().iter().map(|delivery| format!("webhooks/{}", delivery.id)));
        assert!(views.len() > 25, "{views:?}");
        let mut shown = String::new();
        open(page, &sandbox, "requests").await?;
        for view in &views {
            open(page, &sandbox, view).await?;
            shown += &page.find("main").await?.text().await?;
            for button in page.find_all("[data-show-file]").await? {
                button.click().await?;
            }
            // Links of the page lead to no script.
            let script = "return [...document.querySelectorAll('[href], [src]')].map((it) => it.href || it.src) \
                .filter((url) => new URL(url, location).origin !== location.origin)";
            assert_eq!(run(page, script).await?, json!([]), "{view}");
            // The policy of the page would hold without this, too.
            let script = "return document.querySelectorAll('iframe:not([sandbox=\"\"])').length";
            assert_eq!(run(page, script).await?, 0, "{view}");
            assert!(!is_hacked(page).await?, "{view}");
        }
        // An error in one view leaves the others usable.
        run(page, "Array.prototype.toReversed = () => { throw new Error('planted') }").await?;
        page.goto(format!("{}/#/webhooks", sandbox.url())).await?;
        let error = page.find("main[data-view=webhooks] > [role=alert]").await?.text().await?;
        assert_eq!(error, "planted");
        page.find("nav a[data-view=faults]").await?.click().await?;
        page.find("main[data-view=faults] form").await?;

        assert_eq!(sandbox.requests().len(), requests, "a text made a request of the same origin");
        for name in NAMES {
            assert!(shown.contains(&format!("{name} is no parameter of")), "{name}: {shown}");
        }
        for text in &texts {
            let part: String = text.chars().take(30).collect();
            assert!(shown.contains(&part), "{part} is shown nowhere");
        }
        assert_eq!(beacon.requests(), 0);

        // The files themselves.
        let uploads = state["tickets"].as_array().into_iter().flatten();
        let uploads = uploads.flat_map(|ticket| ticket["comments"].as_array().into_iter().flatten());
        let uploads = uploads.flat_map(|comment| comment["files"].as_array().into_iter().flatten());
        let mut paths: Vec<String> = uploads.filter_map(|file| file["file"].as_str().map(str::to_owned)).collect();
        for entry in sandbox.journal().iter().filter(|entry| !entry.request.files.is_empty()) {
            paths.push(format!("/sandbox/requests/{}/file?number=1", entry.id));
        }
        assert!(paths.len() > 5, "{paths:?}");
        for path in paths {
            let url = format!("{}{path}", sandbox.url());
            assert_eq!(http_client().get(&url).send().await?.status(), 200, "{path}");
            page.goto(url).await?;
            assert!(!is_hacked(page).await?, "{path}");
        }
        // A careless page is attacked. The watchdog of the browser ends the loops.
        let address = format!("http://127.0.0.1:{}/", beacon.port);
        for (text, script, runs, loads) in [
            (&texts[0], "document.body.innerHTML = arguments[0]", true, true),
            (&texts[1], "location.href = arguments[0]", true, false),
            // The last one leads to another page, where what ran is not seen.
            (&texts[2], "document.body.innerHTML = arguments[0]", false, true),
        ] {
            page.goto(&address).await?;
            let before = beacon.requests();
            page.execute(script, &[json!(text)]).await?;
            while (runs && !is_hacked(page).await?) || (loads && beacon.requests() == before) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Ok(())
    });
}
