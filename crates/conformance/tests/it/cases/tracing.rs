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
use super::support::update;
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

    fn record(&self, _: &Id, _: &Record<'_>) {}

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
        let value = if field.name() == "elapsed" { "…".into() } else { format!("{value:?}") };
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
    span 2 call in 1: INFO operation="update_ticket" safety=Idempotent path="/[redacted]/update/ticket"
    event in 2: DEBUG message=attempted attempt=1 status=429 error=RateLimited elapsed=… retry_in=7s
    event in 2: DEBUG message=queued wait=7s reason=Stop
    event in 2: DEBUG message=attempted attempt=2 status=200 elapsed=…
    event in 2: DEBUG message=finished attempts=2 elapsed=… succeeded=true
    span 3 call in 1: INFO operation="kb_get_article" safety=Read path="/[redacted]/support/3/articles/7"
    event in 3: DEBUG message=attempted attempt=1 error=Transport elapsed=…
    event in 3: DEBUG message=finished attempts=1 elapsed=… succeeded=false
    "#);
}
