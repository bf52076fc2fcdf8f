//! Texts that attack the page, in every field that others fill in.

use std::time::Duration;

use browser_tests::Browser;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{VIEWS, open, run, see};
use crate::site::Site;

/// Texts that run a script or load a picture where they are parsed as HTML, as part of an attribute, of a
/// script or of a URL. `URL` is that of a server which counts requests.
const TEXTS: [&str; 6] = [
    "<img src=x onerror='top.hacked=1;fetch(\"URL/img\")'><svg onload='top.hacked=1'></svg>",
    "\"><script>top.hacked=1</script><img src='URL/picture'>",
    "'-(top.hacked=1)-' onfocus=top.hacked=1 autofocus tabindex=0 x='",
    "javascript:top.hacked=1//",
    "</script></style></textarea></title><iframe srcdoc='<script>top.hacked=1</script>'></iframe>",
    "<link rel=stylesheet href='URL/style'><base href='URL/'><meta http-equiv=refresh content='0;url=URL/meta'>\
     <form action='URL/form'><button>x</button></form>${top.hacked=1}{{top.hacked=1}}",
];

/// A page without protection, which shows that the texts attack.
const DEFENSELESS: &str = "<!doctype html><title>x</title><body></body>";

/// Posts a form or JSON to the API.
async fn post(sandbox: &Sandbox, path: &str, parameters: &Value) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}{path}", sandbox.url()));
    let request = request.header("Content-Type", "application/json").body(parameters.to_string());
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

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
    let mut body = String::new();
    let fields = [("api_token", token), ("ticket_id", "4501"), ("message", text), (&quoted, text)];
    for (name, value) in fields {
        body += &format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    for media_type in ["image/svg+xml", "text/html"] {
        body += &format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"{quoted}\"\r\n\
             Content-Type: {media_type}\r\n\r\n<svg xmlns='http://www.w3.org/2000/svg'>\
             <script>top.hacked=1</script></svg>\r\n"
        );
    }
    body += &format!("--{boundary}--\r\n");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let path = "/create/comment?<img+src=x+onerror=top.hacked=1>=1";
    let request = client.post(format!("{}{path}", sandbox.url()));
    let request =
        request.header("Content-Type", format!("multipart/form-data; boundary={boundary}"));
    let request = request.header("X-Attack", text.replace(['\r', '\n'], " "));
    request.body(body).send().await.unwrap();
}

/// Whether a script has run, also in frames and after everything that is pending.
async fn is_hacked(page: &WebDriver) -> WebDriverResult<bool> {
    let script = "return new Promise((done) => setTimeout(() => done(window.hacked === 1), 100))";
    Ok(run(page, script).await? == true)
}

#[test]
fn no_text_runs_a_script_or_loads_anything() {
    Browser::default().run("attacking texts", async |page| {
        let beacon = Site::new(DEFENSELESS);
        let texts = TEXTS.map(|text| text.replace("URL", &format!("http://127.0.0.1:{}", beacon.port)));
        let (sandbox, receiver) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
        let body = texts.concat();
        receiver.script(ScriptedResponse::status(200).header("Content-Type", "text/html").body(body).always());
        let webhook = usedesk_sandbox::Webhook::new(receiver.url()).unwrap();
        sandbox.set_webhooks([webhook]).unwrap();
        for text in &texts {
            write(&sandbox, text).await;
            sandbox.script(ScriptedResponse::status(200).body(text.as_str()).for_operation("list_tags"));
        }
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
        assert!(views.len() > 40, "{views:?}");
        let mut shown = String::new();
        open(page, &sandbox, "requests").await?;
        for view in &views {
            open(page, &sandbox, view).await?;
            see(page, "main :is(h2, form)").await?;
            shown += &see(page, "main").await?.text().await?;
            for button in page.find_all(By::Css("[data-show-file]")).await? {
                button.click().await?;
            }
            // Links of the page lead to no script.
            let script = "return [...document.querySelectorAll('[href], [src]')].map((it) => it.href || it.src) \
                .filter((url) => new URL(url, location).origin !== location.origin)";
            assert_eq!(run(page, script).await?, json!([]), "{view}");
            assert!(!is_hacked(page).await?, "{view}");
        }
        for text in &texts {
            let part: String = text.chars().take(30).collect();
            assert!(shown.contains(&part), "{part} is shown nowhere");
        }
        assert_eq!(beacon.requests(), 0);

        // The files themselves.
        for path in ["/files/1/x", "/sandbox/requests/3/file?number=1"] {
            page.goto(format!("{}{path}", sandbox.url())).await?;
            assert!(!is_hacked(page).await?, "{path}");
        }
        // Where a page is careless, each text attacks.
        for text in &texts[..2] {
            page.goto(format!("http://127.0.0.1:{}/", beacon.port)).await?;
            let before = beacon.requests();
            page.execute("document.body.innerHTML = arguments[0]", vec![json!(text)]).await?;
            tokio::time::timeout(Duration::from_secs(60), async {
                while beacon.requests() == before {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            })
            .await
            .unwrap();
        }
        page.goto(format!("http://127.0.0.1:{}/", beacon.port)).await?;
        page.execute("document.body.innerHTML = arguments[0]", vec![json!(texts[0])]).await?;
        assert!(is_hacked(page).await?);
        Ok(())
    });
}
