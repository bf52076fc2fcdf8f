//! What an error tells beside its text: its operation, its attempts and its sources.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use usedesk_core::channels::ListChannels;
use usedesk_core::internal::{BuilderSettings, Step};
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    Encoding, Error, ExchangeResult, Operation, RateLimit, RetryPolicy, TransportError, Violations,
};

use crate::support::{TOKEN, config_with, judge, judge_with, moment, response};

/// An error around another.
#[derive(Debug)]
struct Outer(&'static str, Option<Box<dyn StdError + Send + Sync>>);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {TOKEN}", self.0)
    }
}

impl StdError for Outer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.1.as_ref().map(|inner| &**inner as _)
    }
}

fn sources(error: &Error) -> Vec<String> {
    let mut sources = Vec::new();
    let mut next = error.source();
    while let Some(source) = next {
        assert!(!format!("{source:?}").contains(TOKEN));
        sources.push(source.to_string());
        next = source.source();
    }
    sources
}

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("Letter")
}

/// Ends every attempt with the next of these, and ends the call with its error.
fn fails<O: Operation>(operation: &O, mut results: Vec<ExchangeResult>) -> Error {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.retry_policy = RetryPolicy::default().max_attempts(3);
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let mut step = config.call(operation).map(|call| call.begin(Instant::now()));
    loop {
        step = match step {
            Err(error) | Ok(Step::Done(Err(error))) => return error,
            Ok(Step::Wait(wait)) => Ok(wait.resume(Instant::now())),
            Ok(Step::Attempt(attempt)) => Ok(attempt.judge(results.remove(0), moment())),
            Ok(step) => panic!("no error: {step:?}"),
        };
    }
}

fn refused() -> TransportError {
    TransportError::not_sent(io::Error::from(io::ErrorKind::ConnectionRefused))
}

#[test]
fn sources_are_what_the_transport_reported_without_the_token() {
    let inner = Outer("no route", Some("the cable is cut".into()));
    let error = TransportError::unknown(Outer("sending failed", Some(Box::new(inner))));
    let config = config_with(TOKEN, Encoding::Form);
    let error = judge_with(&config, &update(), Err(error)).expect_err("no response");
    assert_eq!(
        sources(&error),
        ["sending failed [redacted]", "no route [redacted]", "the cable is cut"]
    );
    assert!(error.to_string().contains("got no response: the cable is cut;"), "{error}");

    // What broke off a response.
    let cut = |status| {
        let error = TransportError::unknown("reset").with_partial(response(status, "{\"a\""));
        judge(&update(), Err(error)).expect_err("no whole response")
    };
    assert_eq!(
        (sources(&cut(200)), sources(&cut(502))),
        (vec!["reset".into()], vec!["reset".into()])
    );
    let rejected = judge(&update(), Ok(response(403, ""))).expect_err("rejected");
    assert_eq!(sources(&rejected), [""; 0]);

    let endless = (0..100).fold(None, |inner, _| -> Option<Box<dyn StdError + Send + Sync>> {
        Some(Box::new(Outer("level", inner)))
    });
    let error = TransportError::unknown(endless.expect("an error"));
    assert_eq!(sources(&judge(&update(), Err(error)).expect_err("none")).len(), 16);
}

#[test]
fn operation_and_attempts() {
    let error = fails(&update(), vec![Err(refused()), Ok(response(503, "")), Err(refused())]);
    assert_eq!((error.operation(), error.attempts()), (Some("update_ticket"), 3));
    // The error is the response.
    assert!(!error.is_connect() && error.may_have_acted(), "{error}");
    let error = fails(&update(), vec![Err(refused()), Err(refused()), Err(refused())]);
    assert!(error.is_connect() && error.attempts() == 3, "{error}");
    assert_eq!(sources(&error), ["connection refused"]);
    let error = fails(&update(), vec![Ok(response(403, ""))]);
    assert!(!error.is_connect() && error.attempts() == 1, "{error}");
    let error = fails(&UpdateTicket::new(0), vec![]);
    assert_eq!((error.operation(), error.attempts()), (Some("update_ticket"), 0));
    let settings = BuilderSettings::new("").check(|_| None, Violations::default());
    let error = settings.expect_err("no token");
    assert_eq!((error.operation(), error.attempts(), error.is_connect()), (None, 0, false));
}

/// Nothing was sent, but not because there was no connection.
#[test]
fn no_slot_is_no_connection_error() {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.rate_limit = Some(RateLimit::per_minute(1));
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let config = config.with_deadline(Duration::from_secs(1));
    let now = Instant::now();
    drop(config.call(&update()).expect("valid").begin(now));
    let Step::Done(Err(error)) = config.call(&update()).expect("valid").begin(now) else {
        panic!("the next slot is in a minute")
    };
    assert!(error.is_timeout() && !error.is_connect() && error.attempts() == 0, "{error}");
}

/// A rejected read says that it changes nothing, and gives advice only where it is of use.
#[test]
fn a_rejected_read_claims_no_change() {
    let texts = [403, 404, 500, 503, 429].map(|status| {
        let error = judge(&ListChannels::new(), Ok(response(status, ""))).expect_err("rejected");
        assert!(!error.may_have_acted());
        error.to_string()
    });
    let whole = judge(&GetTicket::new(4501), Ok(response(200, r#"{"error":"no","code":111}"#)));
    insta::assert_snapshot!(
        format!("{}\n{}", texts.join("\n"), whole.expect_err("rejected")),
        @"
    the server rejected list_channels (HTTP 403)
    the server rejected list_channels (HTTP 404)
    the server rejected list_channels (HTTP 500); it changes nothing, so sending it again is safe
    the server rejected list_channels (HTTP 503); it changes nothing, so sending it again is safe
    too many requests: the server rejected list_channels (HTTP 429); wait at least a minute before sending it again
    the server rejected get_ticket with code 111: no (HTTP 200); it changes nothing, so sending it again is safe
    "
    );
}
