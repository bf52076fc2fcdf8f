//! Creating tickets and comments: requests, rules, responses.

use php_oracle::Php;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use usedesk_core::comments::CreateComment;
use usedesk_core::tickets::{
    CreateTicket, MAX_32_BIT_ID, MAX_CLIENT_TEXT, MAX_MESSAGE, MAX_SUBJECT, MessageStatus,
};
use usedesk_core::{
    Attachment, AuthorSide, CommentId, Encoding, ErrorKind, OptionId, PhoneType, TicketId,
    TicketPriority, TicketStatus, TicketType,
};

use crate::support::{
    assert_php_reads, body, judge, php_files, reads_anything, response, text, violations,
};

/// How many texts PHP is asked about.
const TEXTS: u32 = 200;

fn ticket() -> CreateTicket {
    CreateTicket::new("Счёт & \"more\"", "<p>Hi</p>")
        .client_name("Maria Silva")
        .client_email("maria@example.com")
        .client(901)
        .company("Silva; Sons")
        .private()
        .additional_id("A-7")
        .ticket_type(TicketType::Problem)
        .priority(TicketPriority::Urgent)
        .status(TicketStatus::Open)
        .tags(["billing", "re fund"])
        .assignee(17)
        .group(5)
        .client_phone("37120000000")
        .channel(3)
        .field(31, "Riga")
        .field(32, true)
        .field(33, OptionId(507))
        .list(71, 9)
        .list(72, 15)
        .from_agent(17)
        .client_country("Latvia")
        .client_city("Riga")
        .client_address("Brivibas 1")
        .new_address()
        .phone_type(PhoneType::Home)
}

fn comment() -> CreateComment {
    CreateComment::public(4501, "<p>Hi</p>")
        .cc("a@example.com")
        .cc("b@example.com")
        .bcc("c@example.com")
        .from_agent(17)
        .template_id("7")
        .template_name("hello")
        .template_variables(["Maria", "12 & 10"])
        .template_lang("en")
}

fn files() -> [Attachment; 2] {
    [Attachment::from_bytes("счёт.pdf", "%PDF"), Attachment::from_bytes("a.txt", "a")]
}

#[test]
fn a_ticket_on_the_wire() {
    let [one, two] = files();
    let with_files = CreateTicket::new("Letter", "Hi").list(71, 9).attach(one).attach(two);
    let bodies = [
        body(&ticket(), Encoding::Form),
        body(&ticket(), Encoding::Json),
        body(&CreateTicket::new("Letter", "Hi").new_client().from_rule(7), Encoding::Form),
        body(&CreateTicket::new("Letter", "Hi").new_client().from_client(), Encoding::Json),
        body(&with_files, Encoding::Form),
    ];
    insta::assert_snapshot!("create_ticket", bodies.join("\n\n"));
}

#[test]
fn a_comment_on_the_wire() {
    let [one, two] = files();
    let bodies = [
        body(&comment(), Encoding::Form),
        body(&comment(), Encoding::Json),
        body(&CreateComment::private(4501, "Hi").from_client(), Encoding::Form),
        body(&CreateComment::private(4501, "Hi").from_rule(7), Encoding::Json),
        body(
            &CreateComment::private(4501, "Hi").cc("a@b.c").attach(one).attach(two),
            Encoding::Json,
        ),
    ];
    insta::assert_snapshot!("create_comment", bodies.join("\n\n"));
}

fn meant_ticket() -> Value {
    json!({
        "subject": "Счёт & \"more\"", "message": "<p>Hi</p>", "client_name": "Maria Silva",
        "client_email": "maria@example.com", "client_id": 901, "company_name": "Silva; Sons",
        "private_comment": true, "additional_id": "A-7", "type": "problem", "priority": "urgent",
        "status": 1, "tag": "billing, re fund", "assignee_id": 17, "group_id": 5,
        "client_phone": "37120000000", "channel_id": 3, "field_id": "31;32;33",
        "field_value": "Riga;true;507",
        "lists": [{"id": 71, "value": "9"}, {"id": 72, "value": "15"}],
        "from": "user", "user_id": 17, "client_country": "Latvia", "client_city": "Riga",
        "client_address": "Brivibas 1", "new_address": true, "phone_type": "home",
    })
}

fn meant_comment() -> Value {
    json!({
        "ticket_id": 4501, "message": "<p>Hi</p>", "cc": ["a@example.com", "b@example.com"],
        "bcc": ["c@example.com"], "user_id": 17, "type": "public", "from": "user",
        "template_id": "7", "template_name": "hello", "template_variables": ["Maria", "12 & 10"],
        "template_lang": "en",
    })
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("creation_php_reads_what_was_meant") else { return };
    assert_php_reads(&php, &ticket(), meant_ticket());
    assert_php_reads(&php, &comment(), meant_comment());
    // Files change the encoding, but not what PHP reads.
    for file in files() {
        let (ticket, comment) = (ticket().attach(file.clone()), comment().attach(file.clone()));
        assert_php_reads(&php, &ticket, meant_ticket());
        assert_php_reads(&php, &comment, meant_comment());
        for seen in [php_files(&php, &ticket), php_files(&php, &comment)] {
            assert_eq!(seen["files"]["name"], json!([file.name()]));
            assert_eq!(seen["files"]["size"], json!([file.content().len()]));
        }
    }
}

#[test]
fn php_reads_any_text_unchanged() {
    let Some(php) = Php::start("creation_php_reads_any_text_as_it_is") else { return };
    let mut runner = TestRunner::new(ProptestConfig { cases: TEXTS, ..ProptestConfig::default() });
    let texts = (text(1..=60, &[]), text(1..=60, &[]), any::<bool>());
    let result = runner.run(&texts, |(subject, message, with_file)| {
        let mut ticket = CreateTicket::new(&subject, &message);
        let mut comment = CreateComment::private(1, &message).cc(&subject);
        if with_file {
            ticket = ticket.attach(Attachment::from_bytes("a", "a"));
            comment = comment.attach(Attachment::from_bytes("a", "a"));
        }
        assert_php_reads(&php, &ticket, json!({"subject": subject, "message": message}));
        let meant = json!({"ticket_id": 1, "message": message, "type": "private", "cc": [subject]});
        assert_php_reads(&php, &comment, meant);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn every_rule_of_a_ticket() {
    let long = |length: usize| "я".repeat(length + 1);
    let ticket = CreateTicket::new(long(MAX_SUBJECT), "")
        .client_name(long(MAX_CLIENT_TEXT))
        .client_email("")
        .client(0)
        .company(long(MAX_CLIENT_TEXT))
        .additional_id(long(255))
        .ticket_type("a very long word".into())
        .priority("".into())
        .status(TicketStatus::from(u64::MAX))
        .tags(["a,b", ""])
        .assignee(MAX_32_BIT_ID + 1)
        .group(0)
        .client_phone("")
        .channel(0)
        .field(31, "a;b")
        .list(31, 0)
        .from_agent(0)
        .client_country("")
        .client_city("")
        .client_address("")
        .phone_type("".into());
    let all = violations(&ticket, Encoding::Form);
    assert_eq!(all, violations(&ticket, Encoding::Json));
    insta::assert_snapshot!(all.join("\n"));
    let longest = CreateTicket::new("я".repeat(MAX_SUBJECT), "я".repeat(MAX_MESSAGE))
        .client_name("я".repeat(MAX_CLIENT_TEXT))
        .assignee(MAX_32_BIT_ID)
        .client_phone("+371 2000 0000");
    assert!(violations(&longest, Encoding::Form).is_empty());
    insta::assert_snapshot!(
        violations(&CreateTicket::new("s", long(MAX_MESSAGE)).from_rule(0), Encoding::Form).join("\n"),
        @r"
    message must have at most 65535 characters, found 65536
    trigger_id must be at least 1, found 0
    "
    );
    let status = CreateTicket::new("s", "m").status(TicketStatus::from(0)).client_phone("none");
    insta::assert_snapshot!(violations(&status, Encoding::Form).join("\n"), @r#"
    status must be at least 1, found 0
    client_phone must contain a digit, found "none"
    "#);
}

#[test]
fn every_rule_of_a_comment() {
    let comment = CreateComment::public(0, "")
        .cc("")
        .bcc("a@b.c")
        .bcc("")
        .from_agent(0)
        .template_id("")
        .template_name("")
        .template_lang("");
    insta::assert_snapshot!(violations(&comment, Encoding::Form).join("\n"));
    let comment = CreateComment::public(1, "я".repeat(MAX_MESSAGE + 1)).from_rule(0);
    assert_eq!(violations(&comment, Encoding::Form).len(), 2);
    assert!(violations(&CreateComment::private(1, "x").from_client(), Encoding::Form).is_empty());
}

#[test]
fn the_last_author_wins() {
    let ticket = CreateTicket::new("s", "m").from_agent(17).from_rule(7).from_client();
    assert_eq!(ticket, CreateTicket::new("s", "m").from_client());
    let comment = CreateComment::public(1, "m").from_rule(7).from_agent(17);
    assert_eq!(comment, CreateComment::public(1, "m").from_agent(17));
}

/// Public clients send `from: user` without an agent, and undocumented sides.
#[test]
fn a_side_can_be_set_without_an_author() {
    let ticket = CreateTicket::new("s", "m").from_agent(17).from_side(AuthorSide::Agent);
    let form = "api_token=TOKEN&subject=s&message=m&from=";
    assert_eq!(body(&ticket, Encoding::Form), format!("{form}user"));
    let ticket = ticket.from_rule(7).from_side(AuthorSide::WhatsApp);
    assert_eq!(body(&ticket, Encoding::Form), format!("{form}whatsapp"));
    let comment = CreateComment::public(1, "m").from_agent(17).from_side(AuthorSide::Agent);
    let json = r#"{"api_token":"TOKEN","ticket_id":1,"message":"m","type":"public","from":"user"}"#;
    assert_eq!(body(&comment, Encoding::Json), json);
    let empty = [
        violations(&ticket.from_side("".into()), Encoding::Form),
        violations(&comment.from_side("".into()), Encoding::Form),
    ];
    assert_eq!(empty, ["from must not be empty, found an empty text"; 2].map(|v| [v]));
    let client = CreateTicket::new("s", "m").from_side(AuthorSide::Client);
    assert_eq!(client, CreateTicket::new("s", "m").from_client());
}

#[test]
fn responses() {
    let created = |body: Value| {
        judge(&CreateTicket::new("s", "m"), Ok(response(200, body.to_string()))).expect("readable")
    };
    let plain = created(json!({"status": "success", "ticket_id": "4503"}));
    assert_eq!((plain.ticket_id, plain.message_status), (TicketId(4503), None));
    let undelivered =
        created(json!({"status": "success", "ticket_id": 4503, "message_status": "not delivered"}));
    assert_eq!(undelivered.message_status, Some(MessageStatus::NotDelivered));
    assert_eq!(undelivered.ticket_id, TicketId(4503));

    let comment = CreateComment::private(1, "m");
    let body = json!({"status": "success", "comment_id": "8003"}).to_string();
    let commented = judge(&comment, Ok(response(200, body))).expect("readable");
    assert_eq!((commented.comment_id, commented.message_status), (CommentId(8003), None));

    for (body, kind) in [
        (json!({"status": "success"}), ErrorKind::Decode),
        (json!({"error": "no client", "code": 7}), ErrorKind::Rejected),
        (json!({"status": "error", "ticket_id": 1, "comment_id": 1}), ErrorKind::Rejected),
        (json!({"status": "denied", "ticket_id": 1, "comment_id": 1}), ErrorKind::Rejected),
        (json!({"status": 0, "ticket_id": 1, "comment_id": 1}), ErrorKind::Rejected),
        (json!({"status": "success", "ticket_id": 0, "comment_id": 0}), ErrorKind::Decode),
        (json!([404]), ErrorKind::Decode),
        (json!([]), ErrorKind::Decode),
    ] {
        let failed = |error: usedesk_core::Error| (error.kind(), error.may_have_acted());
        let body = response(200, body.to_string());
        let ticket = judge(&CreateTicket::new("s", "m"), Ok(body.clone())).expect_err("failed");
        let comment = judge(&comment, Ok(body)).expect_err("failed");
        assert_eq!((failed(ticket), failed(comment)), ((kind, true), (kind, true)));
    }
}

#[test]
fn any_response_decodes_or_is_an_error() {
    let status = json!({"status": "success", "message_status": "delivered"});
    let with = |id: &str| {
        let mut body = status.clone();
        body[id] = 4503.into();
        body
    };
    reads_anything::<CreateTicket>(&with("ticket_id"));
    reads_anything::<CreateComment>(&with("comment_id"));
}
