//! What the server sends, and what is read of it: one table for both handles.

use std::fmt::{Display, Write as _};

use super::sdk::tickets::{GetTicket, ListTickets};
use super::sdk::users::ListUsers;
use super::sdk::{Bytes, ErrorKind, StatusCode, Usedesk, testing::MockTransport};
use super::support::once;
use super::wait;

fn desk<B: Into<Bytes>>(bodies: impl IntoIterator<Item = B>) -> (Usedesk, MockTransport) {
    let transport = bodies
        .into_iter()
        .fold(MockTransport::new(), |transport, body| transport.respond(StatusCode::OK, body));
    (once("token").transport(transport.clone()).build().expect("valid"), transport)
}

/// The ids of the rows that `items` returns, and its errors, one per line.
fn rows<B: Into<Bytes>>(pages: impl IntoIterator<Item = B>) -> String {
    let (usedesk, _) = desk(pages);
    let mut items = usedesk.items(ListTickets::new());
    let mut text = String::new();
    while let Some(row) = wait(items.next()) {
        let _ = match row {
            Ok(row) => {
                write!(text, "  {}: {:?}", row.id, (row.status, row.group_id, &*row.subject))
            }
            Err(error) => write!(text, "  {:?}: {error}", error.kind()),
        };
        text.push('\n');
    }
    text
}

/// Pages of this many rows.
fn pages(sizes: &[u64]) -> Vec<String> {
    let mut first = 1;
    let page = |size: &u64| {
        let rows: Vec<_> = (first..first + size).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        first += size;
        format!("[{}]", rows.join(","))
    };
    sizes.iter().map(page).collect()
}

/// Each page is followed by an empty one, and holds row 7 beside what is odd.
const LISTS: &[(&str, &[u8])] = &[
    ("status null", br#"[{"id":1,"status":null},{"id":7}]"#),
    ("status a word", br#"[{"id":1,"status":"open"},{"id":7}]"#),
    ("status unknown", br#"[{"id":1,"status":"77"},{"id":7}]"#),
    ("group an object", br#"[{"id":1,"group":{"id":5,"name":"x"}},{"id":7}]"#),
    ("group a word", br#"[{"id":1,"group":"Sales"},{"id":7}]"#),
    ("subject an object", br#"[{"id":1,"subject":{"a":[1,12.5]}},{"id":7}]"#),
    ("subject null", br#"[{"id":1,"subject":null},{"id":7}]"#),
    (
        "everything odd",
        br#"[{"id":"1","subject":[],"tags":5,"ticket_fields":"x","sla":1},{"id":7}]"#,
    ),
    ("id with a fraction of zeros", br#"[{"id":1.0,"group":5.0},{"id":7}]"#),
    ("invalid UTF-8", b"[{\"id\":1,\"subject\":\"a\xffb\"},{\"id\":7}]"),
    ("half of a surrogate pair", br#"[{"id":1,"subject":"a\ud83d"},{"id":7}]"#),
    ("a number too large", br#"[{"id":1,"group":1e999},{"id":7}]"#),
    ("row null", br#"[null,{"id":7}]"#),
    ("row without an id", br#"[{"subject":"no id"},{"id":7}]"#),
    ("row with an object for an id", br#"[{"id":{"a":[1]},"subject":"s"},{"id":7}]"#),
    ("row a list", br#"[[1],{"id":7}]"#),
    ("row a number", br#"[12.5,{"id":7}]"#),
    ("token in a row", br#"[{"subject":"token"},{"id":7}]"#),
    ("rows by number", br#"{"3":{"id":1},"9":{"subject":"no id"},"10":{"id":7}}"#),
    ("null", b"null"),
    ("another object", br#"{"tickets":[{"id":7}]}"#),
    ("cut off", br#"[{"id":1},{"id":7"#),
];

#[test]
fn one_damaged_row_does_not_cost_the_others() {
    let mut text = String::new();
    for (name, page) in LISTS {
        let _ = writeln!(text, "{name}\n{}", rows([*page, b"[]"]).trim_end());
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn pagination_continues_after_a_damaged_row() {
    let first = r#"[{"id":1},{"subject":"no id"},{"id":2}]"#;
    let (usedesk, transport) = desk([first, r#"[{"id":3}]"#, "[]"]);
    let mut items = usedesk.items(ListTickets::new());
    let mut ids = Vec::new();
    let mut errors = 0;
    while let Some(row) = wait(items.next()) {
        match row {
            Ok(row) => ids.push(row.id.0),
            Err(error) => {
                assert_eq!((error.kind(), items.resume_page()), (ErrorKind::Decode, Some(1)));
                errors += 1;
            }
        }
    }
    assert_eq!((&*ids, errors, transport.requests().len()), (&[1, 2, 3][..], 1, 3));
    let (usedesk, _) = desk([first]);
    let page = wait(usedesk.pages(ListTickets::new()).next()).expect("a page").expect("read");
    assert_eq!((page.items.len(), page.errors.len(), page.errors[0].index()), (2, 1, 1));
    let (usedesk, _) = desk([first]);
    let sent = wait(usedesk.send(ListTickets::new())).expect("read");
    assert_eq!((sent.len(), sent.errors()), (2, &*page.errors));
}

#[test]
fn a_short_page_ends_nothing() {
    for (sizes, rows) in [
        (&[100, 99, 100, 3, 0][..], 302),
        (&[50, 50, 50, 50, 0], 200),
        (&[1, 1, 1, 0], 3),
        (&[100, 0, 5], 100),
        (&[0, 5], 0),
    ] {
        let (usedesk, transport) = desk(pages(sizes));
        let mut items = usedesk.items(ListTickets::new());
        let mut count = 0;
        while let Some(row) = wait(items.next()) {
            count += 1;
            assert_eq!(row.expect("read").id.0, count);
        }
        assert_eq!(count, rows, "{sizes:?}");
        let requests = sizes.iter().position(|size| *size == 0).map(|empty| empty + 1);
        assert_eq!(Some(transport.requests().len()), requests, "{sizes:?}");
    }
}

#[test]
fn a_null_page_is_not_the_end() {
    let (usedesk, _) = desk(pages(&[100]).into_iter().chain(["null".to_owned()]));
    let mut items = usedesk.items(ListTickets::new());
    for _ in 0..100 {
        wait(items.next()).expect("a row").expect("read");
    }
    let error = wait(items.next()).expect("an error").expect_err("null");
    assert_eq!((error.kind(), items.resume_page()), (ErrorKind::Decode, Some(1)));
    assert!(wait(items.next()).is_none());
}

const TICKETS: &[(&str, &[u8])] = &[
    ("nothing but an id", br#"{"ticket":{"id":1}}"#),
    ("status null", br#"{"ticket":{"id":1,"status_id":null}}"#),
    ("a field with a fraction", br#"{"ticket":{"id":1},"custom_fields":[{"ticket_field_id":31,"value":12.5}]}"#),
    ("a field with an exponent", br#"{"ticket":{"id":1},"custom_fields":[{"ticket_field_id":31,"value":125e-1}]}"#),
    ("a comment without an id", br#"{"ticket":{"id":1},"comments":[{"message":"no id"},{"id":11}]}"#),
    ("whole records", br#"{"ticket":{"id":1},"client":{"id":901,"name":"Ann"},"comments":[{"id":11,"client":{"id":901},"user":{"id":17,"name":"Bob","x":1},"file":{"name":"a","file":"u"}}]}"#),
    ("records that are none", br#"{"ticket":{"id":1},"client":[],"comments":[{"id":11,"client":7,"user":"x","file":false}]}"#),
    ("no id", br#"{"ticket":{"subject":"s"}}"#),
    ("no ticket", br#"{"ticket":[]}"#),
];

#[test]
fn single_tickets() {
    let mut text = String::new();
    for (name, body) in TICKETS {
        let (usedesk, _) = desk([*body]);
        let read = wait(usedesk.send(GetTicket::new(1)));
        let read: &dyn Display = match &read {
            Ok(details) => &format_args!(
                "{:?}, {:?}, {:?}, {:?}, {:?}",
                details.ticket.status,
                details.client.as_ref().map(|client| &*client.name),
                details.custom_fields.iter().map(|field| &field.value).collect::<Vec<_>>(),
                details
                    .comments
                    .iter()
                    .map(|comment| {
                        let client = comment.client.as_ref().map(|client| client.id);
                        (
                            comment.id,
                            client,
                            comment.user.as_ref().map(|user| &*user.name),
                            &comment.file,
                        )
                    })
                    .collect::<Vec<_>>(),
                details.comments.errors(),
            )
            .to_string(),
            Err(error) => error,
        };
        let _ = writeln!(text, "{name}\n  {read}");
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn a_flag_that_is_absent_is_not_false() {
    let (usedesk, _) =
        desk([r#"[{"id":1},{"id":2,"online_status":0},{"id":3,"online_status":"1"}]"#]);
    let users = wait(usedesk.send(ListUsers::new())).expect("read");
    let flags: Vec<_> = users.iter().map(|user| user.online_status).collect();
    assert_eq!(flags, [None, Some(false), Some(true)]);
}
