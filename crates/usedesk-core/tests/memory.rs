//! A decoded response takes less than eight times the memory of its body, the body included, whatever
//! the server sends; see `MIN_DECODED_BYTES`. Peak memory is measured by a counting allocator, so a
//! list that is reallocated counts twice.
//!
//! A webhook takes less than ten times `MAX_WEBHOOK_BODY`, however small its body is.

use std::iter;

use test_support::short_or_long;
use usedesk_core::knowledge_base::ListArticles;
use usedesk_core::tickets::{GetTicket, ListTickets};
use usedesk_core::{Bytes, Operation, RawResponse, Response};

/// The size of each body, large enough that its budget is not the minimum.
const BYTES: usize = 640 * 1024;

/// `before`, `item` as often as there is room, and `after`.
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
        is_read = O::decode(&RawResponse::new(&response)).is_ok();
    });
    let most = 8 * size as u64;
    let peak = peak.bytes_max + size as u64;
    assert!(peak < most, "{what}: {peak} bytes for a body of {size}, read: {is_read}");
}

#[test]
fn a_response_takes_less_than_eight_times_its_body() {
    let items = ["{}", r#"{"id":1}"#, "1", "[]", "null", "\"a\"", r#"{"":0}"#];
    for item in &items[..short_or_long(3, items.len())] {
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
        // The error at the end causes a second pass.
        check::<ListTickets>(&format!("broken {item}"), body("[", item, "]]"));
    }
}

#[test]
fn invalid_text_takes_less_than_eight_times_its_body() {
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

#[test]
fn large_pages_are_decoded() {
    let row = r#"{"id":4501,"subject":"Invoice","status":8,"priority":"medium","type":"question",
        "client_id":901,"client_name":"Maria","assignee_id":null,"group":null,"channel_id":3,
        "channel_email":null,"created_at":"2024-05-01 12:34:56","last_updated_at":null,
        "last_comment":"","remind_at":null,"tags":[{"name":"a"}],"ticket_fields":[
        {"id":31,"name":"","value":null},{"id":32,"name":"","value":null}]}"#;
    let response = Response::new(Bytes::from(body("[", row, "]")));
    let rows = ListTickets::decode(&RawResponse::new(&response)).expect("within the budget");
    assert!(rows.len() > 800 && rows.errors().is_empty(), "{}", rows.len());
}

#[cfg(feature = "webhooks")]
mod webhooks {
    use usedesk_core::webhooks::{MAX_WEBHOOK_BODY, Receiver};

    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";

    /// `before`, `item` as often as a webhook has room for, and `after`.
    fn body(before: &str, item: &str, after: &str) -> Vec<u8> {
        let room = MAX_WEBHOOK_BODY - before.len() - after.len();
        let items = vec![item; room / (item.len() + 1)].join(",");
        [before, &items, after].concat().into_bytes()
    }

    fn check(content_type: &str, what: &str, body: &[u8]) {
        let receiver = Receiver::without_secret();
        let event = allocation_counter::measure(|| drop(receiver.event(content_type, body)));
        let block = allocation_counter::measure(|| drop(receiver.block(content_type, body)));
        let peak = event.bytes_max.max(block.bytes_max) + body.len() as u64;
        let most = 10 * MAX_WEBHOOK_BODY as u64;
        assert!(peak < most, "{what}: {peak} bytes for a body of {}", body.len());
    }

    #[test]
    fn json_is_bounded() {
        let places = [
            (r#"{"x":["#, "]}"),
            (r#"{"ticket":{"id":1},"payload":["#, "]}"),
            (r#"{"ticket":{"id":1},"message":["#, "]}"),
            (r#"{"ticket":{"id":1,"files":["#, "]}}"),
            (r#"{"chat_id":1,"ticket":{"custom_fields":["#, "]}}"),
            (r#"{"chat_id":1,"client":{"phones":["#, "]}}"),
            (r#"{"trigger":{"data":["#, "]}}"),
            (r#"{"message_status":{"a":["#, "]}}"),
            (r#"{"csi":{"comment":["#, "]}}"),
            (r#"{"channel_data":["#, "]}"),
        ];
        for (before, after) in places {
            for item in ["[]", "\"a\"", r#"{"":0}"#] {
                check(JSON, &format!("{before}{item}"), &body(before, item, after));
            }
            // Few enough to be decoded.
            for (item, count) in [("[]", 30_000), ("\"a\"", 30_000), (r#"{"":0}"#, 3000)] {
                let body = [before, &vec![item; count].join(","), after].concat();
                check(JSON, &format!("{before}{item} {count}"), body.as_bytes());
            }
        }
        // A long text, which an unpaired surrogate causes a second pass of, and lists.
        for room in [200_000, 500_000] {
            let text = format!(r"\ud800{}", "a".repeat(MAX_WEBHOOK_BODY - room));
            let items = |item: &str, count: usize| vec![item; count].join(",");
            for count in [20_000, 30_000, 40_000] {
                let files = items("\"a\"", count);
                let body = format!(
                    r#"{{"ticket":{{"id":1,"message":"{text}","files":[{files}]}},"files":["b"]}}"#
                );
                check(JSON, &format!("{room} and {count} files"), body.as_bytes());
            }
            let body = format!(r#"{{"y":"{text}","x":[{}]}}"#, items(r#"{"":0}"#, 3000));
            check(JSON, &format!("{room} and objects"), body.as_bytes());
        }
    }

    #[test]
    fn text_is_bounded() {
        for text in ["a", r"\n", r"\u0436", "ж"] {
            for place in ["x", "message", "subject"] {
                let before = format!(r#"{{"ticket":{{"id":1,"{place}":""#);
                let count = (MAX_WEBHOOK_BODY - before.len() - 20) / text.len();
                check(JSON, text, format!("{before}{}\"}}}}", text.repeat(count)).as_bytes());
                let broken = format!("{before}{}\\ud800\"}}}}", text.repeat(count));
                check(JSON, text, broken.as_bytes());
            }
        }
    }

    /// A thousand parameters, each with 64 nested arrays.
    #[test]
    fn forms_are_bounded() {
        for key in ["[]", "[a]", "[0]", "[aaaaaaaaaa]"] {
            let names: Vec<_> = (0..1000).map(|at| format!("a{at}{}", key.repeat(64))).collect();
            check(FORM, key, format!("{}=1", names.join("=1&")).as_bytes());
            let part = |name: &String| {
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n1\r\n")
            };
            let parts: String = names.iter().map(part).collect();
            check("multipart/form-data; boundary=b", key, format!("{parts}--b--").as_bytes());
        }
    }

    #[test]
    fn large_webhooks_are_decoded() {
        let fields = r#"{"id":31,"name":"City","value":"Riga"}"#;
        let fields = vec![fields; 1000].join(",");
        let body = format!(r#"{{"ticket":{{"id":1,"custom_fields":[{fields}]}}}}"#);
        let receiver = Receiver::without_secret();
        receiver.event(JSON, body.as_bytes()).expect("within the limits");
        let data = vec![r#"{"target":"mood","value":["a","b"],"old_value":null}"#; 1000].join(",");
        let body = format!(r#"{{"trigger":{{"data":[{data}]}}}}"#);
        receiver.event(JSON, body.as_bytes()).expect("within the limits");
        let field = |at| {
            let name = format!("custom_fields[{at}]");
            format!("{name}[id]={at}&{name}[name]=City&{name}[value]=Riga")
        };
        let fields: Vec<String> = (1..=332).map(field).collect();
        let body = format!("ticket[id]=1&{}", fields.join("&"));
        receiver.event(FORM, body.as_bytes()).expect("within the limits");
        let phones: Vec<_> = (0..998).map(|at| format!("client[phones][{at}][phone]=1")).collect();
        let body = format!("ticket[id]=1&{}", phones.join("&"));
        receiver.event(FORM, body.as_bytes()).expect("within the limits");
        let text = r"\u0436".repeat(170_000);
        let body = format!(r#"{{"comment":{{"id":1,"message":"{text}"}}}}"#);
        receiver.event(JSON, body.as_bytes()).expect("within the limits");
    }
}
