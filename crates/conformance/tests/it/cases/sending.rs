//! Updates that arrive, and requests that are not sent.

use std::borrow::Cow;
use std::error::Error as _;
use std::fmt::Write as _;

use usedesk_sandbox::ScriptedResponse;

use super::sdk::fields::{FieldType, ListFields};
use super::sdk::testing::MockTransport;
use super::sdk::tickets::{GetTicket, UpdateTicket};
use super::sdk::{
    Encoding, ErrorKind, FieldId, Method, Operation, OptionId, RawParameters, Safety, StatusCode,
    TicketPriority, TicketStatus, TicketType, Usedesk, UserId, Value, Violations,
};
use super::support::{builder, sandbox, update, usedesk};
use super::{sdk, wait};

#[test]
fn every_parameter_arrives_in_both_encodings() {
    for encoding in [Encoding::Form, Encoding::Json] {
        let sandbox = sandbox();
        let usedesk = usedesk(&sandbox, encoding);
        wait(
            usedesk.send(
                UpdateTicket::new(4501)
                    .subject("Счёт & \"more\"")
                    .client(902)
                    .group(6)
                    .assignee(18)
                    .on_behalf_of(17)
                    .tags(["billing", "refund"])
                    .priority(TicketPriority::Urgent)
                    .status(TicketStatus::Solved)
                    .ticket_type(TicketType::Problem)
                    .field(31, "Rīga + Jūrmala")
                    .field(32, true)
                    .field(33, OptionId(507))
                    .list(71, 9)
                    .list(72, 15),
            ),
        )
        .expect("the desk accepts it");
        let ticket = sandbox.ticket(4501).expect("it is there");
        assert_eq!(ticket.subject, "Счёт & \"more\"");
        assert_eq!((ticket.client_id, ticket.group, ticket.assignee), (902, Some(6), Some(18)));
        assert_eq!(ticket.tags, ["billing", "refund"]);
        assert_eq!((&*ticket.priority, ticket.status, &*ticket.kind), ("urgent", 2, "problem"));
        let fields = [(31, "Rīga + Jūrmala"), (32, "true"), (33, "507"), (71, "9"), (72, "15")];
        assert!(ticket.fields.iter().map(|(id, value)| (*id, &**value)).eq(fields));
        assert_eq!(ticket.changes[0].user_id, Some(17));

        let read = wait(usedesk.send(GetTicket::new(4501))).expect("it can be read back");
        assert_eq!(read.ticket.status, Some(TicketStatus::Solved));
        assert_eq!(read.ticket.assignee_id, Some(UserId(18)));
        assert_eq!(read.tags, ["billing", "refund"]);
        let city = read.custom_fields.iter().find(|field| field.field_id == FieldId(31));
        assert_eq!(city.and_then(|field| field.value.as_deref()), Some("Rīga + Jūrmala"));
        assert_eq!(read.changes.len(), 1);
    }
}

/// The handle for these calls shares the connections, unlike a handle built separately.
#[test]
fn the_encoding_can_be_another_for_some_calls() {
    let sandbox = sandbox();
    let form = builder(&sandbox).rate_limit(sdk::RateLimit::per_minute(1)).build().expect("valid");
    let json = form.with_encoding(Encoding::Json);
    let file = sdk::Attachment::from_bytes("a.txt", "content");
    let comment = sdk::comments::CreateComment::public(4501, "m").attach(file);
    let limit = std::time::Duration::from_millis(1);
    wait(form.send(update())).expect("accepted");
    // The same rate limit, too.
    let queued =
        wait(json.with_deadline(limit).send(update())).expect_err("its slot is in a minute");
    assert!(!queued.may_have_acted(), "{queued}");
    wait(json.without_rate_limit().send(update())).expect("accepted");
    wait(json.without_rate_limit().with_encoding(Encoding::Form).send(update())).expect("accepted");
    wait(json.without_rate_limit().send(comment)).expect("accepted");
    let requests = sandbox.requests();
    let types: Vec<_> = requests
        .iter()
        .map(|request| request.header("content-type").and_then(|of| of.split(';').next()))
        .collect();
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    assert_eq!(types, [form, json, form, "multipart/form-data"].map(Some));
    assert!(sandbox.connections() <= 2, "{} connections", sandbox.connections());
}

#[test]
fn the_fields_of_the_desk() {
    let sandbox = sandbox();
    let fields = wait(usedesk(&sandbox, Encoding::Form).send(ListFields::new())).expect("given");
    let of = |id| fields.iter().find(|field| field.field.id == FieldId(id)).expect("it is there");
    assert_eq!(
        (of(32).field.field_type, &*of(32).field.name),
        (Some(FieldType::Checkbox), "Invoice paid")
    );
    assert!(of(33).options.iter().any(|option| option.id == OptionId(507)));
    assert_eq!(of(72).field.parent_field_id, Some(FieldId(71)));
    assert_eq!(of(72).options[0].parent_option_ids, [OptionId(9)]);
}

#[test]
fn clear_unassign_and_silent() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    wait(usedesk.send(UpdateTicket::new(4501).list(71, 9).list(72, 15).silent()))
        .expect("accepted");
    assert_eq!(sandbox.ticket(4501).expect("it is there").status, 8, "silent keeps it new");
    wait(usedesk.send(UpdateTicket::new(4501).clear_list(71).clear_list(72).unassign()))
        .expect("accepted");
    let ticket = sandbox.ticket(4501).expect("it is there");
    assert!(ticket.fields.is_empty());
    assert_eq!((ticket.group, ticket.assignee, ticket.status), (None, None, 1));
}

#[test]
fn raw_parameters_arrive() {
    let sandbox = sandbox();
    let update = RawParameters::new(UpdateTicket::new(4501)).parameter("priority", "low");
    wait(usedesk(&sandbox, Encoding::Json).send(&update)).expect("accepted");
    assert_eq!(sandbox.ticket(4501).expect("it is there").priority, "low");
}

#[test]
fn the_request_as_the_server_gets_it() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox)
        .base_url(format!("{}/uapi/", sandbox.url()))
        .user_agent("mine/1.0")
        .build()
        .expect("valid");
    wait(usedesk.send(update())).expect("accepted");
    let request = &sandbox.requests()[0];
    assert_eq!(
        (&*request.method, &*request.path, &*request.query),
        ("POST", "/uapi/update/ticket", "")
    );
    assert_eq!(request.header("user-agent"), Some("mine/1.0"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let length = request.body.len().to_string();
    assert_eq!(request.header("content-length"), Some(&*length));
    assert_eq!(request.header("transfer-encoding"), None);
    assert_eq!(request.parameters["api_token"], "sandbox-token");
}

#[test]
fn an_invalid_update_is_not_sent() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    let error =
        wait(usedesk.send(UpdateTicket::new(0).subject(""))).expect_err("two rules are broken");
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(error.violations().map(Violations::len), Some(2));
    assert!(!error.may_have_acted());
    assert!(sandbox.requests().is_empty() && sandbox.connections() == 0);
}

#[test]
fn a_preview_is_not_sent_and_shows_no_token() {
    let sandbox = sandbox();
    let preview = usedesk(&sandbox, Encoding::Form).preview(update()).expect("valid").to_string();
    assert!(preview.ends_with("api_token=REDACTED&ticket_id=4501&subject=Letter"), "{preview}");
    assert!(!preview.contains(sandbox.token()));
    assert_eq!(sandbox.connections(), 0);
}

#[test]
fn a_success_comes_with_status_and_headers() {
    let sandbox = sandbox();
    let response =
        wait(usedesk(&sandbox, Encoding::Form).send_with_response(update())).expect("accepted");
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().contains_key("content-type"));
    let _: sdk::tickets::Updated = response.into_body();
}

#[test]
fn a_mock_transport_replaces_the_server() {
    let transport = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    let usedesk = Usedesk::with_transport("token", transport.clone()).expect("valid");
    wait(usedesk.send(update())).expect("responded");
    let requests = transport.requests();
    assert_eq!(requests[0].uri().path(), "/uapi/update/ticket");
    assert_eq!(requests[0].body().to_vec(), b"api_token=token&ticket_id=4501&subject=Letter");
    let error = wait(usedesk.send(update())).expect_err("no response is left");
    assert!(!error.may_have_acted() && transport.sleeps().is_empty());
}

#[test]
fn nothing_printable_holds_the_token() {
    let token = "s3cr3t-0f-4-l0ng-l1fe";
    let builder = || Usedesk::builder(token).base_url("http://localhost");
    let (usedesk, builder) = (builder().build().expect("valid"), builder());
    assert!(!format!("{usedesk:?} {usedesk:#?} {builder:?} {builder:#?}").contains(token));
}

/// With GET the token is in the URL, which HTTP libraries like to print.
#[test]
fn an_error_of_a_get_request_does_not_hold_the_token() {
    #[derive(serde::Serialize)]
    struct Channels {}

    impl Operation for Channels {
        type Output = Value;

        const NAME: &'static str = "list_channels";
        const METHOD: Method = Method::GET;
        const SAFETY: Safety = Safety::Read;

        fn path(&self) -> Cow<'_, str> {
            "/channels".into()
        }

        fn check(&self, _: &mut Violations) {}
    }

    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for response in [
        ScriptedResponse::disconnect(),
        ScriptedResponse::passthrough().disconnect_after(3),
        ScriptedResponse::raw("?\r\n\r\n"),
    ] {
        sandbox.script(response);
        let error = wait(usedesk.send(Channels {})).expect_err("no response");
        assert!(!error.to_string().contains("not sent"), "{error}");
        assert!(!error.may_have_acted(), "it only reads");
        let mut texts = format!("{error} {error:?}");
        let mut source = error.source();
        while let Some(error) = source {
            let _ = write!(texts, "{error} {error:?}");
            source = error.source();
        }
        assert!(!texts.contains(sandbox.token()), "{texts}");
    }
    assert_eq!(sandbox.requests()[0].query, "api_token=sandbox-token");
    sandbox.script(ScriptedResponse::status(200).body("{}"));
    let response = wait(usedesk.send_with_response(Channels {})).expect("a response");
    assert!(response.extensions().is_empty(), "libraries note the URL there");
    // The connection of the last call may still be taken for open, so a new handle sends this one.
    let unconnected = self::usedesk(&sandbox, Encoding::Form);
    drop(sandbox);
    let error = wait(unconnected.send(Channels {})).expect_err("nothing listens");
    assert!(error.to_string().contains("was not sent"), "{error}");
    let preview = usedesk.preview(Channels {}).expect("valid");
    assert!(preview.to_string().contains("/channels?api_token=REDACTED"));
}
