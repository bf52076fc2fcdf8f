//! Everything that can bring the token into a text. Compiled for each flavor: `super` is the flavor's
//! module.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use test_support::closed_port;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::sdk::channels::ListChannels;
use super::sdk::comments::CreateComment;
use super::sdk::testing::MockTransport;
use super::sdk::tickets::{ListTickets, UpdateTicket};
use super::sdk::{
    ApiToken, Attachment, Builder, CallEvent, Encoding, Error, RawParameters, RetryPolicy,
    StatusCode, TransportError, Usedesk,
};
use super::wait;
use crate::TOKEN;
use crate::captured::{debug, error};

pub(crate) fn play() {
    send_all();
    print_all();
    fail_in_every_way();
    panic_with_all();
}

fn sandbox() -> Sandbox {
    Sandbox::builder().token(TOKEN).start().expect("the sandbox starts")
}

fn builder(sandbox: &Sandbox) -> Builder {
    Usedesk::builder(TOKEN)
        .base_url(sandbox.url())
        .without_rate_limit()
        .retry_policy(RetryPolicy::none())
}

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("Letter")
}

fn comment() -> CreateComment {
    CreateComment::public(4501, "Hi").attach(Attachment::from_bytes("a.txt", "a"))
}

/// Every encoding: a query, a form, JSON and multipart.
pub(crate) fn send_all() {
    let sandbox = sandbox();
    for encoding in [Encoding::Form, Encoding::Json] {
        let usedesk = builder(&sandbox).encoding(encoding).build().expect("valid");
        wait(usedesk.send(update())).expect("accepted");
        wait(usedesk.send(comment())).expect("accepted");
        debug(&wait(usedesk.send_with_response(ListChannels::new())).expect("accepted"));
    }
}

/// What holds the token, or what it was sent in.
fn print_all() {
    let sandbox = sandbox();
    debug(&ApiToken::from(TOKEN));
    debug(&builder(&sandbox));
    debug(&builder(&sandbox).proxy(format!("http://me:{TOKEN}@desk.example")));
    debug(&RawParameters::new(update()));
    let usedesk = builder(&sandbox).build().expect("valid");
    debug(&usedesk);
    debug(&usedesk.pages(ListTickets::new()));
    debug(&usedesk.items(ListTickets::new()));
    debug(&usedesk.send(update()));
    for preview in [
        usedesk.preview(update()),
        usedesk.preview(comment()),
        usedesk.preview(ListChannels::new()),
        usedesk.preview(RawParameters::new(update()).parameter("echo", TOKEN)),
    ] {
        let preview = preview.expect("valid");
        debug(&preview);
        debug(&preview.to_string());
    }
    let transport = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    let scripted = Usedesk::with_transport(TOKEN, transport.clone()).expect("valid");
    wait(scripted.send(update())).expect("accepted");
    debug(&transport);
    debug(&scripted);
    debug(transport.requests()[0].body());
    sandbox.requests().iter().for_each(debug);
}

/// Errors of servers that repeat the token, of connections, of settings and of requests.
fn fail_in_every_way() {
    let form = "s3cr%22et%2Ft%26ken%2B%25%D0%B6-of-a-channel";
    let json = r#"s3cr\"et\/t&ken+%\u0436-of-a-channel"#;
    let echo = |text: &str| format!(r#"{{"error":"no {text}","code":"{text}"}}"#);
    let location = format!("http://127.0.0.1:1/?api_token={form}");
    let responses = [
        ScriptedResponse::status(200).body(echo(form)),
        ScriptedResponse::status(200).body(echo(json)),
        ScriptedResponse::status(400).body(echo(json)),
        ScriptedResponse::status(403).body(TOKEN),
        ScriptedResponse::status(429).body(echo(form)),
        ScriptedResponse::status(503).body(echo(form)).header("Retry-After", "7"),
        ScriptedResponse::status(502).body(format!("<html>{TOKEN}</html>")),
        ScriptedResponse::status(200).body(TOKEN),
        ScriptedResponse::status(200).body(format!(r#"{{"status":"{json}"}}"#)),
        ScriptedResponse::status(200).body(echo(json)).disconnect_after(30),
        ScriptedResponse::status(302).header("Location", &*location),
        ScriptedResponse::status(307).header("Location", &*location).header("Set-Cookie", form),
        ScriptedResponse::passthrough().disconnect_after(5),
        ScriptedResponse::disconnect(),
        ScriptedResponse::raw(format!("HTTP/1.1 {form}\r\n\r\n")),
        ScriptedResponse::raw(format!("HTTP/1.1 200 OK\r\n{form}\r\n\r\n")),
        ScriptedResponse::raw(format!("HTTP/1.1 200 OK\r\nContent-Length: {form}\r\n\r\n")),
        ScriptedResponse::raw(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{form}\r\n"
        )),
        ScriptedResponse::raw(TOKEN),
        ScriptedResponse::status(200).header("x-long", "y".repeat(100_000)),
        ScriptedResponse::passthrough().delay(Duration::from_secs(60)),
    ];
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).attempt_timeout(Duration::from_millis(300));
    let usedesk = usedesk.max_response_bytes(100_000).build().expect("valid");
    for response in responses {
        sandbox.script(response.clone());
        failed(wait(usedesk.send(update())));
        sandbox.script(response);
        failed(wait(usedesk.send(ListChannels::new())));
    }

    let nowhere = format!("127.0.0.1:{}", closed_port());
    let plain = sandbox.url().strip_prefix("http://").expect("plain http");
    for (base_url, proxy) in [
        (format!("http://{nowhere}"), None),
        ("http://nobody.invalid".to_owned(), None),
        (format!("https://{plain}"), None),
        ("https://desk.invalid".to_owned(), Some(format!("http://me:pass@{nowhere}"))),
        ("https://desk.invalid".to_owned(), Some(sandbox.url().to_owned())),
    ] {
        let mut builder = builder(&sandbox).base_url(base_url).allow_plain_http();
        builder = match proxy {
            Some(proxy) => builder.proxy(proxy),
            None => builder.no_proxy(),
        };
        let usedesk = builder.build().expect("valid");
        failed(wait(usedesk.send(update())));
        failed(wait(usedesk.send(ListChannels::new())));
    }

    for settings in [
        builder(&sandbox).base_url(TOKEN),
        builder(&sandbox).base_url(format!("https://me:{TOKEN}@desk.example")),
        builder(&sandbox).base_url(format!("https://desk.example/?api_token={TOKEN}")),
        builder(&sandbox).user_agent(format!("{TOKEN}\n")),
        builder(&sandbox).proxy(format!("me:{TOKEN}@")),
        builder(&sandbox).add_root_certificate(TOKEN),
        Usedesk::builder(format!("{TOKEN}\n")),
    ] {
        failed(settings.build());
    }
    for invalid in [
        UpdateTicket::new(0).subject("Letter"),
        update().tag(format!("{TOKEN},")),
        update().field(31, format!("{TOKEN};")),
    ] {
        failed(wait(usedesk.send(&invalid)));
    }
    failed(wait(usedesk.send(RawParameters::new(update()).parameter(TOKEN, Vec::<u8>::new()))));
    let transport = MockTransport::new().fail(TransportError::unknown(format!("lost {TOKEN}")));
    let scripted =
        Usedesk::builder(TOKEN).retry_policy(RetryPolicy::none()).transport(transport).build();
    failed(wait(scripted.expect("valid").send(update())));
}

#[track_caller]
fn failed<T>(result: Result<T, Error>) {
    error(&result.err().expect("a failure"));
}

/// The messages of a user's `unwrap`, and of a user's code that panics within a call.
fn panic_with_all() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).build().expect("valid");
    sandbox.script(ScriptedResponse::status(403).body(TOKEN));
    let panicked =
        catch_unwind(AssertUnwindSafe(|| wait(usedesk.send(update())).expect("rejected")));
    assert!(panicked.is_err());
    let observe = |event: &CallEvent| panic!("{event:?}");
    let observed = builder(&sandbox).observer(observe).build().expect("valid");
    let panicked = catch_unwind(AssertUnwindSafe(|| wait(observed.send(ListChannels::new()))));
    assert!(panicked.is_err());
}
