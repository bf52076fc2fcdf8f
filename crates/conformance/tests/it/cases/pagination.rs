//! Pagination: pages, and their rows.

use super::sdk::testing::MockTransport;
use super::sdk::tickets::ListTickets;
use super::sdk::{ErrorKind, Paged, RawParameters, StatusCode, TicketId, Usedesk};
use super::support::once;
use super::wait;

/// A page with the tickets of these ids.
fn page(ids: impl IntoIterator<Item = u64>) -> String {
    let rows: Vec<_> = ids.into_iter().map(|id| format!(r#"{{"id":{id},"status":1}}"#)).collect();
    format!("[{}]", rows.join(","))
}

/// A handle whose transport responds with these pages.
fn desk(pages: impl IntoIterator<Item = String>) -> (Usedesk, MockTransport) {
    let transport = pages
        .into_iter()
        .fold(MockTransport::new(), |transport, page| transport.respond(StatusCode::OK, page));
    (once("token").transport(transport.clone()).build().expect("valid"), transport)
}

fn offsets(transport: &MockTransport) -> Vec<String> {
    let offset = |body: Vec<u8>| {
        let body = String::from_utf8(body).expect("UTF-8");
        body.split_once("offset=").map(|(_, offset)| offset.to_owned()).unwrap_or_default()
    };
    transport.requests().iter().map(|request| offset(request.body().to_vec())).collect()
}

#[test]
fn pages_are_requested_only_when_needed() {
    let (usedesk, transport) = desk([page(1..101), page(101..201), page(201..251), page([])]);
    let mut items = usedesk.items(ListTickets::new());
    assert!(transport.requests().is_empty());
    for id in 1..=250 {
        assert_eq!(wait(items.next()).expect("a row").expect("a page").id, TicketId(id));
        assert_eq!(transport.requests().len() as u64, (id - 1) / 100 + 1);
    }
    assert!(wait(items.next()).is_none() && wait(items.next()).is_none());
    assert_eq!(
        (items.resume_page(), offsets(&transport)),
        (None, ["", "1", "2", "3"].map(str::to_owned).to_vec())
    );
}

#[test]
fn added_parameters_are_sent_with_every_page() {
    let (usedesk, transport) = desk([page(1..101), page([])]);
    let mut items = usedesk.items(RawParameters::new(ListTickets::new()).parameter("x", 1));
    while wait(items.next()).is_some() {}
    let bodies = transport.requests().into_iter().map(|request| request.body().to_vec());
    let bodies: Vec<_> = bodies.map(|body| String::from_utf8(body).expect("UTF-8")).collect();
    assert_eq!(bodies, ["api_token=token&x=1", "api_token=token&offset=1&x=1"]);
}

#[test]
fn a_full_last_page_is_followed_by_an_empty_one() {
    let (usedesk, transport) = desk([page(1..101), page([])]);
    let mut pages = usedesk.pages(ListTickets::new().page(7));
    let first = wait(pages.next()).expect("a page").expect("read");
    assert_eq!((first.number, first.items.len(), first.repeated), (7, 100, 0));
    assert_eq!(pages.resume_page(), Some(8));
    assert!(wait(pages.next()).is_none());
    assert_eq!(offsets(&transport), ["7", "8"]);
}

#[test]
fn a_limit_saves_pages() {
    let (usedesk, transport) = desk([page(1..101), page(101..201)]);
    let mut items = usedesk.items(ListTickets::new()).limit(100);
    while wait(items.next()).is_some() {}
    assert_eq!((transport.requests().len(), items.resume_page()), (1, Some(1)));
    let mut pages = usedesk.pages(ListTickets::new().with_page(1)).limit(1);
    assert_eq!(wait(pages.next()).expect("a page").expect("read").items.len(), 100);
    assert!(wait(pages.next()).is_none());
    assert_eq!(pages.resume_page(), Some(2));
    assert!(wait(usedesk.items(ListTickets::new()).limit(0).next()).is_none());
    assert!(wait(usedesk.pages(ListTickets::new()).limit(0).next()).is_none());
    assert_eq!(transport.requests().len(), 2);
}

#[test]
fn a_new_limit_continues_where_the_last_one_stopped() {
    let (usedesk, transport) = desk([page(1..101), page(101..151), page([])]);
    let mut items = usedesk.items(ListTickets::new()).limit(50);
    let mut ids = Vec::new();
    for more in [1, 60, 1_000] {
        while let Some(row) = wait(items.next()) {
            ids.push(row.expect("read").id.0);
        }
        items = items.limit(more);
    }
    while let Some(row) = wait(items.next()) {
        ids.push(row.expect("read").id.0);
    }
    assert!(ids.into_iter().eq(1..=150));
    assert_eq!(transport.requests().len(), 3);
}

#[test]
fn a_page_that_repeats_the_one_before_is_an_error() {
    let (usedesk, _) = desk([page(1..101), page(1..101), page(101..201)]);
    let mut pages = usedesk.pages(ListTickets::new());
    wait(pages.next()).expect("a page").expect("read");
    let error = wait(pages.next()).expect("an error").expect_err("repeated");
    insta::assert_snapshot!(
        error,
        @"cannot decode the response to list_tickets: page 1 repeats the page before it; it changes nothing, so sending it again is safe"
    );
    assert_eq!((error.kind(), pages.resume_page()), (ErrorKind::Decode, Some(1)));
    assert!(wait(pages.next()).is_none());
}

#[test]
fn rows_that_moved_to_the_next_page_are_yielded_once() {
    let (usedesk, _) = desk([page(1..101), page(98..151)]);
    let mut pages = usedesk.pages(ListTickets::new());
    wait(pages.next()).expect("a page").expect("read");
    let second = wait(pages.next()).expect("a page").expect("read");
    assert_eq!((second.items[0].id, second.items.len(), second.repeated), (TicketId(101), 50, 3));
}

#[test]
fn an_error_ends_pagination_and_says_where_to_resume() {
    let (usedesk, transport) = desk([page(1..101)]);
    let transport = transport.respond(StatusCode::BAD_GATEWAY, "<html>");
    let transport = transport.respond(StatusCode::OK, page(101..111));
    let mut items = usedesk.items(ListTickets::new());
    for _ in 0..100 {
        assert_eq!(items.resume_page(), Some(0));
        wait(items.next()).expect("a row").expect("read");
    }
    assert_eq!(items.resume_page(), Some(1));
    assert_eq!(
        wait(items.next()).expect("an error").expect_err("bad gateway").kind(),
        ErrorKind::Rejected
    );
    assert!(wait(items.next()).is_none());
    let page = items.resume_page().expect("it is not the end");
    let mut again = usedesk.items(ListTickets::new().with_page(page));
    assert_eq!(wait(again.next()).expect("a row").expect("read").id, TicketId(101));
    assert_eq!(offsets(&transport), ["", "1", "1"]);
}
