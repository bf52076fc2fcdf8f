//! What is read takes less than eight times the memory of its body, the body included, whatever the
//! server sends; see `MIN_DECODED_BYTES`. Peak memory, of which an allocator that counts knows. A list
//! that moves counts twice here.

use std::iter;

use usedesk_core::knowledge_base::ListArticles;
use usedesk_core::tickets::{GetTicket, ListTickets};
use usedesk_core::{Answer, Bytes, Operation, Response};

/// The size of each body, large enough that its budget is not the smallest one.
const BYTES: usize = 640 * 1024;

/// `before`, as many of `item` as there is room for, and `after`.
fn body(before: &str, item: &str, after: &str) -> Vec<u8> {
    let room = BYTES - before.len() - after.len();
    let count = room / (item.len() + 1);
    let items = iter::repeat_n(item, count).collect::<Vec<_>>().join(",");
    [before, &items, after].concat().into_bytes()
}

fn check<O: Operation>(what: &str, body: Vec<u8>) {
    let size = body.len();
    let response = Response::new(Bytes::from(body));
    let mut is_read = false;
    let peak = allocation_counter::measure(|| {
        is_read = O::decode(&Answer::new(&response)).is_ok();
    });
    let most = 8 * size as u64;
    let peak = peak.bytes_max + size as u64;
    assert!(peak < most, "{what}: {peak} bytes for a body of {size}, read: {is_read}");
}

#[test]
fn what_is_read_takes_less_than_eight_times_its_body() {
    for item in ["{}", "[]", "null", "1", "\"a\"", r#"{"id":1}"#, r#"{"":0}"#] {
        check::<ListTickets>(&format!("rows {item}"), body("[", item, "]"));
        let before = r#"{"articles":["#;
        check::<ListArticles>(&format!("articles {item}"), body(before, item, "]}"));
        for member in ["changes", "comments", "tags", "custom_fields", "client", "ticket"] {
            let before = format!(r#"{{"ticket":{{"id":1}},"{member}":["#);
            check::<GetTicket>(&format!("{member} {item}"), body(&before, item, "]}"));
        }
        for member in ["sla", "subject", "group", "published_at", "priority"] {
            let before = format!(r#"{{"ticket":{{"id":1,"{member}":["#);
            check::<GetTicket>(&format!("{member} {item}"), body(&before, item, "]}}"));
        }
        let before = r#"{"ticket":{"id":1},"sla":{"close":["#;
        check::<GetTicket>(&format!("any value {item}"), body(before, item, "]}}"));
        let before = r#"[{"id":1,"ticket_fields":["#;
        check::<ListTickets>(&format!("fields {item}"), body(before, item, "]}]"));
        let before = r#"{"ticket":{"id":1},"comments":[{"id":1,"files":["#;
        check::<GetTicket>(&format!("files {item}"), body(before, item, "]}]}"));
        // With an error at the end, so that it is read again.
        check::<ListTickets>(&format!("broken {item}"), body("[", item, "]]"));
    }
}

#[test]
fn what_is_no_text_takes_less_too() {
    let invalid = |before: &str, after: &str| {
        let text = vec![0xff; BYTES - before.len() - after.len()];
        [before.as_bytes(), &text, after.as_bytes()].concat()
    };
    check::<ListTickets>("invalid bytes", invalid("", ""));
    check::<ListTickets>("an invalid text", invalid(r#"[{"id":1,"subject":""#, r#""}]"#));
    let surrogates = r"\ud83d".repeat(BYTES / 6);
    let text = format!(r#"[{{"id":1,"subject":"{surrogates}"}}]"#);
    check::<ListTickets>("halves of surrogates", text.into_bytes());
    let mixed = format!(r#"[{{"id":1,"subject":"{}"}},"#, r"\ud83d".repeat(BYTES / 12));
    check::<ListTickets>("both", body(&mixed, r#"{"id":1}"#, "]"));
    let texts = [("plain", "a"), ("escaped", r"\n"), ("Cyrillic", r"\u0436")];
    for (name, text) in texts {
        let half = format!(r#"[{{"id":1,"subject":"\n{}"}},"#, text.repeat(BYTES / 2 / text.len()));
        check::<ListTickets>(name, body(&half, r#"{"id":1}"#, "]"));
    }
    let alternating =
        [br#"[{"id":1,"subject":"\n"#.as_slice(), &b"a\xff".repeat(BYTES / 2), br#""}]"#];
    check::<ListTickets>("alternating", alternating.concat());
}

/// A page as the server sends it is read, however large it is.
#[test]
fn what_the_server_sends_is_read() {
    let row = r#"{"id":4501,"subject":"Invoice","status":8,"priority":"medium","type":"question",
        "client_id":901,"client_name":"Maria","assignee_id":null,"group":null,"channel_id":3,
        "channel_email":null,"created_at":"2024-05-01 12:34:56","last_updated_at":null,
        "last_comment":"","remind_at":null,"tags":[{"name":"a"}],"ticket_fields":[
        {"id":31,"name":"","value":null},{"id":32,"name":"","value":null}]}"#;
    let response = Response::new(Bytes::from(body("[", row, "]")));
    let rows = ListTickets::decode(&Answer::new(&response)).expect("within the budget");
    assert!(rows.len() > 800 && rows.errors().is_empty(), "{}", rows.len());
}
