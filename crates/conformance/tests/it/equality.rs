//! Both flavors send the same bytes and read the same responses alike.

use usedesk_blocking::tickets::{GetTicket, UpdateTicket};
use usedesk_blocking::{Encoding, Error, Operation, OptionId, RawParameters, TicketStatus};
use usedesk_sandbox::{Received, Sandbox, ScriptedResponse};

use crate::asynchronous::wait;

/// What a user can tell about an error, but for its text.
fn facts(error: &Error) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        error.kind(),
        error.status(),
        error.headers().map(|headers| headers.get("x-row").cloned()),
        error.body().map(<[u8]>::to_vec),
        (
            error.may_have_acted(),
            error.is_timeout(),
            error.is_not_found(),
            error.is_rate_limited(),
            error.is_unauthorized(),
        ),
        error.retry_after(),
        (error.message().map(str::to_owned), error.code().cloned()),
    )
}

/// A request without the order of its headers, and without the port in them.
fn normalized(request: &Received) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut headers = request.headers.clone();
    headers.retain(|(name, _)| name != "host");
    headers.sort();
    (
        request.method.clone(),
        request.path.clone(),
        request.query.clone(),
        headers,
        request.body.clone(),
    )
}

/// Sends `operation` through both handles, each to a sandbox with the same scripted response.
fn both<O: Operation + Clone>(
    operation: &O,
    encoding: Encoding,
    response: Option<&ScriptedResponse>,
) where
    O::Output: PartialEq + std::fmt::Debug,
{
    let sandboxes = [(); 2].map(|()| Sandbox::start().expect("the sandbox starts"));
    for sandbox in &sandboxes {
        response.cloned().into_iter().for_each(|response| sandbox.script(response));
    }
    let [one, two] = &sandboxes;
    let blocking = usedesk_blocking::Usedesk::builder("sandbox-token").base_url(one.url());
    let blocking =
        blocking.without_rate_limit().retry_policy(usedesk_blocking::RetryPolicy::none());
    let blocking = blocking.encoding(encoding).build().expect("valid").send(operation.clone());
    let asynchronous = usedesk_async::Usedesk::builder("sandbox-token").base_url(two.url());
    let asynchronous =
        asynchronous.without_rate_limit().retry_policy(usedesk_async::RetryPolicy::none());
    let asynchronous = asynchronous.encoding(encoding).build().expect("valid");
    let asynchronous = wait(asynchronous.send(operation.clone()));
    assert_eq!(blocking.as_ref().ok(), asynchronous.as_ref().ok());
    assert_eq!(blocking.as_ref().err().map(facts), asynchronous.as_ref().err().map(facts));
    let requests =
        [one, two].map(|sandbox| sandbox.requests().iter().map(normalized).collect::<Vec<_>>());
    assert_eq!(requests[0], requests[1]);
    assert!(!requests[0].is_empty());
}

#[test]
fn both_send_the_same_bytes() {
    let update = UpdateTicket::new(4501)
        .subject("Счёт & \"more\"")
        .status(TicketStatus::Solved)
        .tags(["billing", "refund"])
        .field(31, "Rīga")
        .field(33, OptionId(507))
        .list(71, 9)
        .list(72, 15)
        .unassign();
    for encoding in [Encoding::Form, Encoding::Json] {
        both(&update, encoding, None);
        both(&RawParameters::new(update.clone()).parameter("x", vec![1, 2]), encoding, None);
        both(&UpdateTicket::new(4501).subject("s").clear_list(71), encoding, None);
        both(&GetTicket::new(4501), encoding, None);
        both(&GetTicket::new(99), encoding, None);
    }
}

/// Whole responses only; the others are in the table of transport errors, which both share.
#[test]
fn both_read_the_same_responses_alike() {
    let success = r#"{"status":"success"}"#;
    let long = |length: usize| {
        ScriptedResponse::status(200).body(success).header("x-long", "y".repeat(length))
    };
    let many = (0..120).fold(ScriptedResponse::status(200).body(success), |response, number| {
        response.header(format!("x-{number}"), "y")
    });
    let responses = [
        ScriptedResponse::status(200).body(success),
        ScriptedResponse::status(200).body(r#"{"status":"success","error":null}"#),
        ScriptedResponse::status(200).body(r#"{"error":"No","code":404}"#),
        ScriptedResponse::status(200).body(r#"{"error":"No","code":"112"}"#),
        ScriptedResponse::status(200).body(r#"{"error":"No"}"#),
        ScriptedResponse::status(200).body(r#"{"status":false}"#),
        ScriptedResponse::status(200).body(r#"{"status":"error","message":"No"}"#),
        ScriptedResponse::status(400).body(r#"{"error":"No"}"#),
        ScriptedResponse::status(404).body(r#"{"message":"No"}"#),
        ScriptedResponse::status(500).body(r#"{"message":"No"}"#),
        ScriptedResponse::status(429),
        ScriptedResponse::status(429).header("Retry-After", "7"),
        ScriptedResponse::status(503),
        ScriptedResponse::status(503).header("Retry-After", "7"),
        ScriptedResponse::status(503).header("Retry-After", "299.997"),
        ScriptedResponse::status(503).header("Retry-After", "soon"),
        ScriptedResponse::status(408),
        ScriptedResponse::status(200)
            .body(r#"{"error":"Limit","code":121}"#)
            .header("Retry-After", "30"),
        ScriptedResponse::status(422).body(r#"{"errors":{"subject":["Required."]}}"#),
        ScriptedResponse::status(304),
        ScriptedResponse::status(302).header("Location", "http://127.0.0.1:1/"),
        ScriptedResponse::status(200).body(r#"{"status":"succ"#),
        ScriptedResponse::raw(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{success}")),
        ScriptedResponse::raw(format!("HTTP/1.0 200 OK\r\n\r\n{success}")),
        ScriptedResponse::raw(format!(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{success}"
        )),
        long(1),
        long(70_000),
        many,
    ];
    for response in responses {
        for encoding in [Encoding::Form, Encoding::Json] {
            println!("{response:.200?} {encoding:?}");
            both(&UpdateTicket::new(4501).subject("s"), encoding, Some(&response));
        }
    }
}
