//! The spans and events of calls.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, info_span};

use super::sdk::knowledge_base::GetArticle;
use super::sdk::testing::MockTransport;
use super::sdk::{Bytes, RateLimit, Response, RetryPolicy, StatusCode, TransportError, Usedesk};
use super::support::{once, update};
use super::wait;

const TOKEN: &str = "s3cr3t-t0k3n";

/// The target of the SDK.
const USEDESK: &str = "usedesk";

/// The target of the user's program.
const USER: &str = "user";

/// Records spans and events of the SDK, one per line.
#[derive(Clone, Default)]
struct Notes {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
    entered: Arc<Mutex<Vec<Id>>>,
}

impl Notes {
    /// Without an explicit parent, the span that was entered last is the parent.
    fn push(&self, what: &str, parent: Option<&Id>, level: Level, fields: &Fields) {
        let entered = || self.entered.lock().expect("no panic").last().cloned();
        let parent = parent.cloned().or_else(entered).map_or(0, |parent| parent.into_u64());
        let line = format!("{what} in {parent}: {level}{}", fields.0);
        self.lines.lock().expect("no panic").push(line);
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        [USEDESK, USER].contains(&metadata.target())
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1);
        if span.metadata().target() == USEDESK {
            let mut fields = Fields::default();
            span.record(&mut fields);
            let what = format!("span {} {}", id.into_u64(), span.metadata().name());
            self.push(&what, span.parent(), *span.metadata().level(), &fields);
        }
        id
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let line = format!("recorded in {}:{}", span.into_u64(), fields.0);
        self.lines.lock().expect("no panic").push(line);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.push("event", event.parent(), *event.metadata().level(), &fields);
    }

    fn enter(&self, span: &Id) {
        self.entered.lock().expect("no panic").push(span.clone());
    }

    fn exit(&self, _: &Id) {
        self.entered.lock().expect("no panic").pop();
    }
}

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let varies = ["elapsed", "usedesk.call_id"].contains(&field.name());
        let value = if varies { "…".into() } else { format!("{value:?}") };
        write!(self.0, " {}={value}", field.name()).expect("a string takes all");
    }
}

/// What is recorded while `act` runs in a span of the user, whose number is 1.
fn noted(act: impl FnOnce()) -> String {
    let notes = Notes::default();
    tracing::subscriber::with_default(notes.clone(), || {
        info_span!(target: USER, "job").in_scope(act);
    });
    let lines = notes.lines.lock().expect("no panic");
    lines.join("\n")
}

#[test]
fn a_call_is_a_span_with_an_event_for_what_happens() {
    let mut slow_down = Response::new(Bytes::from_static(b"{}"));
    *slow_down.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    slow_down.headers_mut().insert("retry-after", 7.into());
    let transport = MockTransport::new()
        .respond_with(slow_down)
        .respond(StatusCode::OK, r#"{"status":"success"}"#)
        .fail(TransportError::unknown(format!("broken pipe after {TOKEN}")));
    let usedesk = Usedesk::builder(TOKEN)
        // The token where it does not belong.
        .base_url(format!("https://desk.example/{TOKEN}"))
        .rate_limit(RateLimit::per_minute(60).burst(2))
        .retry_policy(RetryPolicy::default().unprocessed_only())
        .transport(transport);
    let usedesk = usedesk.build().expect("valid");
    let lines = noted(|| {
        wait(usedesk.send(update())).expect("the second time");
        wait(usedesk.without_rate_limit().send(GetArticle::new(3, 7))).expect_err("an error");
    });
    assert!(!lines.contains(TOKEN) && !lines.contains("api_token"), "{lines}");
    insta::assert_snapshot!(lines, @r#"
    span 2 usedesk.operation in 1: INFO otel.name="update_ticket" usedesk.operation="update_ticket" usedesk.safety=Idempotent usedesk.call_id=…
    span 3 http.client.request in 2: INFO otel.name="POST /{id}/update/ticket" otel.kind="client" http.request.method=POST server.address="desk.example" server.port=443 url.template="/{id}/update/ticket"
    recorded in 3: http.response.status_code=429
    recorded in 3: error.type=429
    recorded in 3: otel.status_code="ERROR"
    event in 2: WARN message=request failed, retrying attempt=1 status=429 error.type="429" elapsed=… retry_in=7s
    event in 2: DEBUG message=waiting for the rate limit wait=7s reason=Stop first_attempts=0 retries=1
    span 4 http.client.request in 2: INFO otel.name="POST /{id}/update/ticket" otel.kind="client" http.request.method=POST server.address="desk.example" server.port=443 url.template="/{id}/update/ticket" http.request.resend_count=1
    recorded in 4: http.response.status_code=200
    event in 2: DEBUG message=request finished attempt=2 status=200 elapsed=…
    event in 2: DEBUG message=call finished attempts=2 elapsed=… succeeded=true
    span 5 usedesk.operation in 1: INFO otel.name="kb_get_article" usedesk.operation="kb_get_article" usedesk.safety=Read usedesk.call_id=…
    span 6 http.client.request in 5: INFO otel.name="GET /{id}/support/{id}/articles/{id}" otel.kind="client" http.request.method=GET server.address="desk.example" server.port=443 url.template="/{id}/support/{id}/articles/{id}"
    recorded in 6: error.type=transport
    recorded in 6: otel.status_code="ERROR"
    event in 5: DEBUG message=request finished attempt=1 error.type="transport" elapsed=…
    recorded in 5: error.type=transport
    recorded in 5: otel.status_code="ERROR"
    event in 5: DEBUG message=call finished attempts=1 elapsed=… succeeded=false error.type="transport"
    "#);
}

#[test]
fn the_type_of_an_error_is_the_code_or_the_status_or_the_kind() {
    for (status, body, attempt, call) in [
        (200, r#"{"error":"Too many","code":121}"#, "usedesk.121", "usedesk.121"),
        (403, r#"{"error":"No","code":"E12"}"#, "usedesk.E12", "usedesk.E12"),
        // A server may send any text as its code, and an attacker may choose it.
        (403, r#"{"error":"No","code":"E12 E12"}"#, "403", "rejected"),
        (403, r#"{"error":"No","code":"E12E12E12"}"#, "403", "rejected"),
        (300, "", "300", "rejected"),
        (200, r#"{"error":"No"}"#, "rejected", "rejected"),
        (299, "<html>", "decode", "decode"),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        let transport = MockTransport::new().respond(status, body);
        let usedesk = once(TOKEN).transport(transport).build().expect("valid");
        let lines = noted(|| drop(wait(usedesk.send(update())).expect_err("an error")));
        let types = lines.lines().filter_map(|line| Some(line.split_once(": error.type=")?.1));
        assert_eq!(types.collect::<Vec<_>>(), [attempt, call], "{lines}");
    }
}
