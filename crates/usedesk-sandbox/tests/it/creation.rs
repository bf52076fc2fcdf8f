//! `/create/ticket`.

use serde_json::json;
use usedesk_sandbox::{ErrorCode, Sandbox, Ticket};

use crate::client::{assert_code, call, call_json};

/// Creates a ticket, which must be delivered, and returns it.
fn created(sandbox: &Sandbox, parameters: &str) -> Ticket {
    let response = call(sandbox, "/create/ticket", &format!("subject=S&message=M&{parameters}"));
    assert_eq!(response["message_status"], "delivered", "{parameters}: {response}");
    sandbox.ticket(response["ticket_id"].as_u64().unwrap()).unwrap()
}

#[test]
fn a_new_ticket_has_defaults() {
    let sandbox = Sandbox::start().unwrap();
    let response = call(&sandbox, "/create/ticket", "subject=S&message=%3Cp%3EM%3C/p%3E");
    assert_eq!(
        response,
        json!({ "status": "success", "ticket_id": 4503, "message_status": "delivered" })
    );
    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!((ticket.id, ticket.subject.as_str(), ticket.status), (4503, "S", 8));
    assert_eq!((ticket.priority.as_str(), ticket.kind.as_str()), ("medium", "question"));
    assert_eq!((ticket.group, ticket.assignee, ticket.channel_id), (None, None, 3));
    assert!(ticket.additional_id.is_empty() && ticket.tags.is_empty() && ticket.fields.is_empty());
    assert!(ticket.changes.is_empty());
    assert_eq!(ticket.published_at, ticket.last_updated_at);
    assert_eq!(ticket.published_at.len(), "2026-11-23 10:00:00".len());
    let [comment] = ticket.comments.as_slice() else { panic!("{:?}", ticket.comments) };
    assert_eq!((comment.id, comment.message.as_str()), (8003, "<p>M</p>"));
    assert_eq!((comment.from.as_str(), comment.kind.as_str()), ("client", "public"));
    assert_eq!((comment.user_id, comment.client_id), (None, Some(903)));
    assert_eq!((comment.ticket_id, comment.is_first, comment.delivered), (4503, 1, 1));
    let client = sandbox.client(903).unwrap();
    assert!(client.name.is_empty() && client.emails.is_empty() && client.phones.is_empty());
    assert_eq!(created(&sandbox, "").id, 4504);
}

#[test]
fn every_parameter_of_a_ticket() {
    let sandbox = Sandbox::start().unwrap();
    let response = call_json(
        &sandbox,
        "/uapi/create/ticket",
        json!({
            "subject": "Subject 😀", "message": "M", "client_id": 902, "private_comment": true,
            "additional_id": "A-1", "type": "task", "priority": "urgent", "status": 5,
            "tag": "billing, refund", "assignee_id": 18, "group_id": 5, "channel_id": 4,
            "field_id": "31;32;33", "field_value": "Riga;true;507",
            "lists": [{ "id": 71, "value": 9 }, { "id": 72, "value": 15 }],
        }),
    );
    let ticket = sandbox.ticket(response["ticket_id"].as_u64().unwrap()).unwrap();
    assert_eq!((ticket.subject.as_str(), ticket.client_id), ("Subject 😀", 902));
    assert_eq!((ticket.additional_id.as_str(), ticket.kind.as_str()), ("A-1", "task"));
    assert_eq!((ticket.priority.as_str(), ticket.status), ("urgent", 5));
    assert_eq!((ticket.assignee, ticket.group, ticket.channel_id), (Some(18), Some(5), 4));
    assert_eq!(ticket.tags, ["billing", "refund"]);
    let fields: Vec<_> = ticket.fields.iter().map(|(id, value)| (*id, value.as_str())).collect();
    assert_eq!(fields, [(31, "Riga"), (32, "true"), (33, "507"), (71, "9"), (72, "15")]);
    assert_eq!(ticket.comments[0].kind, "private");
    let shown = call(&sandbox, "/ticket", "ticket_id=4503");
    assert_eq!(shown["ticket"]["additional_id"], "A-1");
    assert_eq!(shown["ticket"]["client_name"], "John Smith");
    assert_eq!(shown["comments"][0]["is_first"], 1);
}

#[test]
fn an_agent_alone_sets_the_default_group() {
    let sandbox = Sandbox::start().unwrap();
    let ticket = created(&sandbox, "assignee_id=18");
    assert_eq!((ticket.assignee, ticket.group), (Some(18), Some(6)));
}

#[test]
fn the_client_is_found_by_id_email_or_phone() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, client) in [
        ("client_id=902", 902),
        ("client_id=902&client_email=maria%40example.com", 902),
        ("client_email=MARIA%40example.com&client_name=Other&client_phone=37120000001", 901),
        ("client_email=new%40example.com&client_phone=37120000002&client_name=New", 903),
        ("client_email=new%40example.com", 903),
        ("client_phone=37120000002", 903),
        ("client_email=third%40example.com&client_phone=37120000002", 904),
        ("client_id=new_client&client_email=maria%40example.com", 905),
        ("client_email=maria%40example.com", 901),
    ] {
        assert_eq!(created(&sandbox, parameters).client_id, client, "{parameters}");
    }
    let maria = sandbox.client(901).unwrap();
    // The phone is stored for a new client only.
    assert_eq!(
        (maria.name.as_str(), maria.phones.len(), maria.emails.len()),
        ("Maria Silva", 0, 1)
    );
    let new = sandbox.client(903).unwrap();
    assert_eq!((new.name.as_str(), new.phones[0].phone.as_str()), ("New", "37120000002"));
    assert_eq!(sandbox.client(904).unwrap().name, "third@example.com");
}

#[test]
fn company_and_address_of_the_client() {
    let sandbox = Sandbox::start().unwrap();
    created(
        &sandbox,
        "client_id=901&company_name=Acme&client_country=Latvia&client_city=Riga&client_address=A+1",
    );
    created(&sandbox, "client_id=901&client_city=Ogre");
    created(&sandbox, "client_id=901&client_city=Cesis&new_address=true");
    created(&sandbox, "client_id=902&company_name=Acme");
    let (maria, john) = (sandbox.client(901).unwrap(), sandbox.client(902).unwrap());
    let company = maria.client_company.as_ref().unwrap();
    assert_eq!(company.name, "Acme");
    assert_eq!(john.client_company.as_ref(), Some(company));
    let addresses: Vec<_> = maria
        .addresses
        .iter()
        .map(|entry| (entry.country.as_str(), entry.city.as_str(), entry.address.as_str()))
        .collect();
    assert_eq!(addresses, [("Latvia", "Ogre", "A 1"), ("", "Cesis", "")]);
    created(&sandbox, "client_id=901&company_name=Other");
    let other = sandbox.client(901).unwrap().client_company.unwrap();
    assert_eq!((other.name.as_str(), other.id), ("Other", company.id + 1));
    created(&sandbox, "client_id=new_client&client_phone=37120000003&phone_type=mobile");
    assert_eq!(sandbox.client(903).unwrap().phones[0].kind, "mobile");
}

#[test]
fn the_author_depends_on_from_and_user_id() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, from, user, client, status) in [
        ("from=client", "client", None, Some(901), "delivered"),
        ("user_id=18", "client", None, Some(901), "delivered"),
        ("from=user&user_id=18", "user", Some(18), None, "delivered"),
        ("from=user", "user", Some(17), None, "not delivered"),
        ("from=trigger&trigger_id=4", "trigger", None, None, "delivered"),
    ] {
        let response = call(
            &sandbox,
            "/create/ticket",
            &format!("subject=S&message=M&client_id=901&{parameters}"),
        );
        assert_eq!(response["message_status"], status, "{parameters}");
        let ticket = sandbox.ticket(response["ticket_id"].as_u64().unwrap()).unwrap();
        let comment = &ticket.comments[0];
        assert_eq!((comment.from.as_str(), comment.user_id), (from, user), "{parameters}");
        assert_eq!(comment.client_id, client, "{parameters}");
        assert_eq!(comment.delivered, u8::from(status == "delivered"), "{parameters}");
    }
}

#[test]
fn a_message_is_limited_to_64_kb() {
    let sandbox = Sandbox::start().unwrap();
    for (length, rejected) in [(65_536, false), (65_537, true)] {
        let message = "x".repeat(length);
        let response = call(&sandbox, "/create/ticket", &format!("subject=S&message={message}"));
        assert_eq!(response["code"] == ErrorCode::TooLong.number(), rejected, "{length}");
        assert_eq!(response["status"] == "success", !rejected, "{length}");
    }
}

#[test]
fn rejected_requests_create_neither_ticket_nor_client() {
    let sandbox = Sandbox::start().unwrap();
    let long = "x".repeat(256);
    for (code, parameters) in [
        (ErrorCode::Missing, "message=M"),
        (ErrorCode::Missing, "subject=&message=M"),
        (ErrorCode::NoMessage, "subject=S"),
        (ErrorCode::NoMessage, "subject=S&message="),
        (ErrorCode::Missing, "subject=S&message=M&from=trigger"),
        (ErrorCode::WrongKind, "subject=S&message=M&client_id=old_client"),
        (ErrorCode::WrongKind, "subject=S&message=M&files[]=text"),
        (ErrorCode::WrongKind, "subject=S&message=M&channel_id=x"),
        (ErrorCode::UnknownClient, "subject=S&message=M&client_id=1"),
        (ErrorCode::UnknownAgent, "subject=S&message=M&user_id=1"),
        (ErrorCode::UnknownAgent, "subject=S&message=M&assignee_id=1"),
        (ErrorCode::UnknownGroup, "subject=S&message=M&group_id=1"),
        (ErrorCode::AgentNotInGroup, "subject=S&message=M&group_id=6&assignee_id=17"),
        (ErrorCode::UnknownStatus, "subject=S&message=M&status=11"),
        (ErrorCode::UnknownPriority, "subject=S&message=M&priority=high"),
        (ErrorCode::UnknownType, "subject=S&message=M&type=bug"),
        (ErrorCode::UnknownField, "subject=S&message=M&field_id=1&field_value=x"),
        (ErrorCode::UnknownOption, "subject=S&message=M&lists[0][id]=71&lists[0][value]=1"),
        (ErrorCode::UnknownWord, "subject=S&message=M&from=bot"),
        (ErrorCode::UnknownWord, "subject=S&message=M&phone_type=pager"),
        (ErrorCode::TooLong, &format!("subject={long}&message=M")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&additional_id={long}")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&client_name={long}")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&client_email={long}")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&client_phone={long}")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&company_name={long}")),
        (ErrorCode::TooLong, &format!("subject=S&message=M&tag={long}")),
    ] {
        assert_code(&call(&sandbox, "/create/ticket", parameters), code, parameters);
    }
    assert_eq!((sandbox.ticket(4503), sandbox.client(903)), (None, None));
    // No id was used either.
    let ticket = created(&sandbox, "");
    assert_eq!((ticket.id, ticket.client_id, ticket.comments[0].id), (4503, 903, 8003));
}

#[test]
fn a_ticket_can_be_created_at_the_path_of_a_public_client() {
    let sandbox = Sandbox::start().unwrap();
    let created = call(&sandbox, "/create/ticket/async", "subject=S&message=M&client_id=901");
    assert_eq!(created["ticket_id"], 4503);
    assert_eq!(sandbox.ticket(4503).unwrap().subject, "S");
}
