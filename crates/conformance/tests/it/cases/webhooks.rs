//! The webhooks of the sandbox, read as a user's server does.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use usedesk_sandbox::{Event as Fired, Sandbox};

use super::sdk::chats::AddMessage;
use super::sdk::comments::CreateComment;
use super::sdk::tickets::UpdateTicket;
use super::sdk::webhooks::{Event, Receiver};
use super::sdk::{Encoding, TicketId, TicketStatus};
use super::support::usedesk;
use super::wait;

/// A content type and a body.
type Request = (String, Vec<u8>);

type IsExpected = fn(&Event) -> bool;

/// A server that responds to everything with 200, and the requests that it got.
fn server() -> (String, mpsc::Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let (mut content_type, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a head");
                match line.trim_end().split_once(": ") {
                    Some((name, value)) if name.eq_ignore_ascii_case("content-type") => {
                        value.clone_into(&mut content_type);
                    }
                    Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                        length = value.parse().expect("a number");
                    }
                    None if line.trim_end().is_empty() => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
            stream.get_mut().write_all(response).expect("a connection");
            if sender.send((content_type, body)).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

/// In each encoding the event is read as the same.
#[test]
fn every_event_of_the_sandbox_is_read() {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let usedesk = usedesk(&sandbox, Encoding::Form);
    wait(usedesk.send(UpdateTicket::new(4501).status(TicketStatus::Solved))).expect("accepted");
    let comment = wait(usedesk.send(CreateComment::public(4501, "<p>Привет</p>").from_agent(17)));
    let comment = comment.expect("accepted").comment_id.0;
    let chat = wait(usedesk.send(AddMessage::new(1, 4, "Hello").name("Kim"))).expect("accepted");
    let chat = chat.chat_id.0;
    let (url, requests) = server();
    let receiver =
        Receiver::with_secret("5f2c").expect("a possible secret").deliveries_without_secret();
    let events: [(Fired, IsExpected); 7] = [
        (Fired::ping(), |event| matches!(event, Event::Ping)),
        (
            Fired::ticket_created(4501),
            |event| matches!(event, Event::TicketCreated(event) if event.ticket.id == TicketId(4501)),
        ),
        (
            Fired::ticket_changed(4501),
            |event| matches!(event, Event::TicketChanged(event) if !event.change.data.is_empty()),
        ),
        (
            Fired::comment_created(comment),
            |event| matches!(event, Event::CommentCreated(event) if event.comment.message == "<p>Привет</p>"),
        ),
        (Fired::rating(4501, 5), |event| matches!(event, Event::TicketRated(_))),
        (
            Fired::chat_message(chat),
            |event| matches!(event, Event::Chat(event) if event.text == "Hello"),
        ),
        (Fired::whatsapp_delivery(comment), |event| matches!(event, Event::WhatsAppDelivery(_))),
    ];
    for (event, is_expected) in events {
        let encodings = [Fired::as_json, Fired::as_form, Fired::as_multipart];
        for event in encodings.map(|encoded| encoded(event.clone()).secret("5f2c")) {
            let reply = sandbox.fire(&url, &event).expect("the server responds");
            assert_eq!(reply.status, 200);
            let (content_type, body) = requests.recv().expect("a request");
            let read = receiver.event(&content_type, &body).expect("readable");
            assert!(is_expected(&read), "{content_type}: {read:#?}");
            let other = Receiver::with_secret("other").expect("a possible secret");
            let other = other.event(&content_type, &body);
            // Usedesk sends these two without a secret.
            let is_bare = matches!(read, Event::WhatsAppDelivery(_) | Event::Ping);
            assert!(other.is_err() || is_bare, "{content_type}: {other:?}");
        }
    }
    let block = Fired::dynamic_block(4501).secret("key");
    sandbox.fire(&url, &block).expect("the server responds");
    let (content_type, body) = requests.recv().expect("a request");
    let receiver = Receiver::with_secret("key").expect("a possible secret");
    let block = receiver.block(&content_type, &body).expect("readable");
    assert_eq!(
        (block.ticket_id, block.client.name.as_deref()),
        (Some(TicketId(4501)), Some("Maria Silva"))
    );
}
