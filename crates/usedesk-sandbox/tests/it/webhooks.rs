//! What changes is posted to webhooks.

use std::net::TcpListener;

use serde_json::{Value, json};
use usedesk_sandbox::{Received, Sandbox, ScriptedResponse, Webhook, WebhookEvent};

use crate::client::{FORM, call, call_json, eventually, returns, update, updated};

/// A server that accepts everything.
fn server() -> Sandbox {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(200).always());
    server
}

/// Waits for this many requests, and returns them.
fn posted(server: &Sandbox, count: usize) -> Vec<Received> {
    eventually(|| server.requests().len() >= count);
    let requests = server.requests();
    assert_eq!(requests.len(), count, "{requests:?}");
    requests
}

/// Names the event of each request.
fn kinds(requests: &[Received]) -> Vec<&'static str> {
    let kinds = ["ping", "chat_id", "trigger", "comment", "ticket"];
    let kind = |request: &Received| {
        kinds.into_iter().find(|kind| request.parameters.contains_key(*kind)).unwrap()
    };
    requests.iter().map(kind).collect()
}

#[test]
fn changes_are_posted_in_order_after_a_ping() {
    let server = server();
    let webhook = Webhook::new(format!("{}/hook?a=b", server.url())).unwrap().secret("5f2c");
    let sandbox = Sandbox::builder().webhook(webhook).start().unwrap();
    let created = call(&sandbox, "/create/ticket", "subject=S&message=M&client_id=901");
    let ticket = created["ticket_id"].as_u64().unwrap();
    update(&sandbox, ticket, "priority=low");
    // Rejected and empty updates change nothing.
    update(&sandbox, ticket, "priority=high");
    update(&sandbox, ticket, "priority=low");
    call(&sandbox, "/create/comment", "ticket_id=4502&message=Hi&user_id=17");
    call(&sandbox, "/create/client", "name=N");

    let requests = posted(&server, 6);
    assert_eq!(kinds(&requests), ["ping", "ticket", "comment", "trigger", "trigger", "comment"]);
    assert_eq!((requests[0].path.as_str(), requests[0].query.as_str()), ("/hook", "a=b"));
    assert_eq!(requests[0].parameters.len(), 2, "{:?}", requests[0]);
    assert!(requests[1..].iter().all(|request| request.parameters["secret"] == "5f2c"));
    assert_eq!(requests[1].parameters["ticket"]["status_id"], 8);
    assert_eq!(requests[2].parameters["comment"]["message"], "M");
    let targets: Vec<_> = requests[3].parameters["trigger"]["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|data| &data["target"])
        .collect();
    // The status is changed by a rule: any action opens a new ticket.
    assert_eq!(targets, ["status_id", "priority"]);
    assert_eq!(requests[5].parameters["comment"]["from"], "user");
    // Once the response of the server has arrived.
    eventually(|| sandbox.deliveries().len() == 6);
    let deliveries = sandbox.deliveries();
    let ids: Vec<_> = deliveries.iter().map(|delivery| (delivery.id, delivery.status)).collect();
    assert_eq!(ids, (1..=ids.len() as u64).map(|id| (id, Some(200))).collect::<Vec<_>>());
}

#[test]
fn messages_of_both_sides_of_a_chat_are_posted() {
    let server = server();
    let webhook = Webhook::new(server.url()).unwrap().only(&[WebhookEvent::ChatMessage]);
    let sandbox = Sandbox::builder().webhook(webhook.as_form()).start().unwrap();
    let message = json!({ "text": "Hello", "from": { "client_id": 901 } });
    let chat = json!({ "company_id": 1, "channel_id": 4, "message": message });
    let chat = call_json(&sandbox, "/chat/addMessage", chat)["chat_id"].clone();
    call_json(
        &sandbox,
        "/chat/sendMessage",
        json!({ "chat_id": chat, "user_id": 17, "text": "Hi" }),
    );
    let requests = posted(&server, 3);
    assert_eq!(kinds(&requests), ["ping", "chat_id", "chat_id"]);
    assert!(requests.iter().all(|request| request.header("content-type") == Some(FORM)));
    let said = |request: &Received| {
        let Value::String(text) = &request.parameters["text"] else { panic!("{request:?}") };
        (text.clone(), request.parameters["from"].clone())
    };
    assert_eq!(said(&requests[1]), ("Hello".to_owned(), json!("client")));
    assert_eq!(said(&requests[2]), ("Hi".to_owned(), json!("user")));
    assert_eq!(requests[1].parameters["state"], "new");
}

#[test]
fn a_webhook_set_later_gets_a_ping_once() {
    let (first, second) = (server(), server());
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, "status=2");
    let created = [WebhookEvent::TicketCreated];
    sandbox.set_webhooks([Webhook::new(first.url()).unwrap().only(&created)]).unwrap();
    posted(&first, 1);
    let all = Webhook::new(first.url()).unwrap();
    sandbox.set_webhooks([all, Webhook::new(second.url()).unwrap()]).unwrap();
    updated(&sandbox, "status=3");
    assert_eq!(kinds(&posted(&first, 2)), ["ping", "trigger"]);
    assert_eq!(kinds(&posted(&second, 2)), ["ping", "trigger"]);
    sandbox.reset();
    updated(&sandbox, "status=3");
    // The last request of a connection was handled, so nothing was queued.
    assert_eq!((first.requests().len(), second.requests().len()), (2, 2));
}

#[test]
fn a_slow_server_delays_neither_requests_nor_other_webhooks() {
    returns(|| {
        // Accepts connections and never responds.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", silent.local_addr().unwrap());
        let server = server();
        let sandbox = Sandbox::builder()
            .idle_timeout(std::time::Duration::from_secs(600))
            .webhook(Webhook::new(url).unwrap())
            .webhook(Webhook::new(server.url()).unwrap())
            .start()
            .unwrap();
        for status in [2, 3, 4] {
            updated(&sandbox, &format!("status={status}"));
        }
        let requests = posted(&server, 4);
        let statuses: Vec<_> = requests[1..]
            .iter()
            .map(|request| request.parameters["trigger"]["new_status"].clone())
            .collect();
        // Each has the desk as it was at the change.
        assert_eq!(statuses, [2, 3, 4]);
        // Does not wait for the silent server either.
        drop(sandbox);
    });
}

#[test]
fn a_server_that_changes_the_desk_gets_the_next_webhook() {
    let server = server();
    let url = server.url().to_owned();
    let sandbox = Sandbox::builder()
        .webhook(Webhook::new(&url).unwrap().only(&[WebhookEvent::CommentCreated]))
        .start()
        .unwrap();
    // A loop of three rounds, by hand.
    for round in 1..=3 {
        call(&sandbox, "/create/comment", "ticket_id=4501&message=echo");
        let requests = posted(&server, 1 + round);
        assert_eq!(requests[round].parameters["comment"]["message"], "echo");
    }
}

#[test]
fn a_failed_delivery_is_kept_and_not_sent_again() {
    let server = server();
    let sandbox =
        Sandbox::builder().webhook(Webhook::new("http://127.0.0.1:1").unwrap()).start().unwrap();
    eventually(|| sandbox.deliveries().len() == 1);
    let delivery = &sandbox.deliveries()[0];
    assert_eq!((delivery.event, delivery.status), ("ping", None));
    assert!(delivery.error.is_some());
    sandbox.set_webhooks([Webhook::new(server.url()).unwrap()]).unwrap();
    posted(&server, 1);
    // Once the response of the server has arrived.
    eventually(|| sandbox.deliveries().len() == 2);
}

#[test]
fn a_webhook_is_for_this_machine() {
    for url in ["https://127.0.0.1/", "http://192.0.2.1/", "127.0.0.1", "http://127.0.0.1/ b"] {
        assert!(Webhook::new(url).is_err(), "{url}");
    }
    let webhook = Webhook::new("http://127.0.0.1/").unwrap().secret("5f2c");
    assert!(!format!("{webhook:?}").contains("5f2c"));
}
