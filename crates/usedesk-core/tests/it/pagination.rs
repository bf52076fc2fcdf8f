//! Pagination.

use std::ops::Range;

use serde_json::json;
use usedesk_core::internal::{ItemPager, ItemStep, Pager};
use usedesk_core::knowledge_base::{ArticleList, DEFAULT_COUNT, ListArticles};
use usedesk_core::tags::{ListTags, Tag};
use usedesk_core::{Error, ErrorKind, PAGE_SIZE, Paged, RawParameters, Rows};

use crate::support::{judge, response};

const FULL: u64 = PAGE_SIZE as u64;

/// Tags with these ids.
fn tags(ids: Range<u64>) -> Rows<Tag> {
    let rows = ids.map(|id| json!({"ticket_tag_id": id})).collect();
    serde_json::from_value(rows).expect("tags")
}

/// Articles with these ids, and the number of the last page if the server tells.
fn articles(ids: Range<u64>, last_page: Option<u64>) -> ArticleList {
    let rows: Vec<_> = ids.map(|id| json!({ "id": id })).collect();
    serde_json::from_value(json!({"last-page": last_page, "articles": rows})).expect("articles")
}

/// Accepts a page; returns its number, the range of its ids and the count of repeated rows.
fn accept<O: Paged>(pager: &mut Pager<O>, output: O::Output) -> (u64, Range<u64>, usize) {
    let page = pager.accept(Ok(output)).expect("a page").expect("no error");
    let keys: Vec<u64> = page.items.iter().map(O::key).collect();
    let range = keys[0]..keys[keys.len() - 1] + 1;
    assert_eq!(keys, range.clone().collect::<Vec<_>>());
    (page.number, range, page.repeated)
}

fn rejected() -> Error {
    judge(&ListTags::new(), Ok(response(200, r#"{"error":"no"}"#))).expect_err("rejected")
}

#[test]
fn a_short_page_is_not_the_last() {
    let mut pager = Pager::new(ListTags::new().query("a"));
    assert_eq!(pager.next(), Some(&ListTags::new().query("a")), "as requested");
    assert_eq!(pager.resume_page(), Some(0));
    assert_eq!(accept(&mut pager, tags(1..FULL + 1)), (0, 1..FULL + 1, 0));
    assert_eq!(pager.next(), Some(&ListTags::new().query("a").page(1)));
    assert_eq!(accept(&mut pager, tags(FULL + 1..2 * FULL)), (1, FULL + 1..2 * FULL, 0));
    assert_eq!(pager.resume_page(), Some(2));
    assert_eq!(accept(&mut pager, tags(2 * FULL..2 * FULL + 3)), (2, 2 * FULL..2 * FULL + 3, 0));
    assert!(pager.accept(Ok(tags(0..0))).is_none(), "at the end");
    assert_eq!((pager.next(), pager.resume_page()), (None, None));
    assert!(pager.accept(Ok(tags(1..3))).is_none(), "after the end");
}

#[test]
fn an_empty_page_is_the_end_and_not_returned() {
    let mut pager = Pager::new(ListTags::new());
    assert!(pager.accept(Ok(tags(0..0))).is_none());
    assert_eq!(pager.next(), None);

    let mut pager = Pager::new(ListTags::new());
    accept(&mut pager, tags(1..FULL + 1));
    assert!(pager.accept(Ok(tags(0..0))).is_none());
    assert_eq!(pager.next(), None);
}

#[test]
fn a_repeated_page_is_an_error() {
    let mut pager = Pager::new(ListTags::new().page(4));
    accept(&mut pager, tags(1..FULL + 1));
    let error = pager.accept(Ok(tags(1..FULL + 1))).expect("a page").expect_err("the same");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = error.to_string();
    assert!(
        text.contains("list_tags") && text.contains("page 5 repeats the page before it"),
        "{text}"
    );
    assert_eq!(pager.resume_page(), Some(5), "the page that failed");
    assert!(pager.next().is_none() && pager.accept(Ok(tags(201..204))).is_none());
}

#[test]
fn an_error_ends_the_list() {
    let mut pager = Pager::new(ListTags::new());
    accept(&mut pager, tags(1..FULL + 1));
    let error = pager.accept(Err(rejected())).expect("a page").expect_err("rejected");
    assert_eq!((error.kind(), pager.resume_page()), (ErrorKind::Rejected, Some(1)));
    assert!(pager.next().is_none() && pager.accept(Ok(tags(201..204))).is_none());
}

#[test]
fn rows_of_the_previous_page_are_left_out_and_counted() {
    let mut pager = Pager::new(ListTags::new());
    accept(&mut pager, tags(1..FULL + 1));
    assert_eq!(accept(&mut pager, tags(FULL - 2..2 * FULL - 2)), (1, FULL + 1..2 * FULL - 2, 3));
    // The previous page counts with its repeated rows.
    assert_eq!(accept(&mut pager, tags(2 * FULL - 3..2 * FULL)), (2, 2 * FULL - 2..2 * FULL, 1));
}

#[test]
fn the_end_of_a_list_with_rows_inserted_in_front_is_no_error() {
    let mut pager = Pager::new(ListTags::new());
    accept(&mut pager, tags(1..FULL + 1));
    // Two rows moved to the next page meanwhile.
    let page = pager.accept(Ok(tags(FULL - 1..FULL + 1))).expect("a page").expect("no error");
    assert_eq!((page.items.len(), page.repeated), (0, 2));
    // The same once more: the list has no end.
    let error = pager.accept(Ok(tags(FULL - 1..FULL + 1))).expect("a page").expect_err("the same");
    assert!(error.to_string().contains("page 2 repeats the page before it"), "{error}");
}

/// Tags with these ids, after rows without an id.
fn damaged(ids: Range<u64>, without_id: &[&str]) -> Rows<Tag> {
    let rows = ids.map(|id| json!({"ticket_tag_id": id}).to_string());
    let rows: Vec<_> = without_id.iter().map(|row| (*row).to_owned()).chain(rows).collect();
    let body = format!("[{}]", rows.join(","));
    judge(&ListTags::new(), Ok(response(200, body))).expect("a list")
}

#[test]
fn a_row_that_cannot_be_decoded_does_not_affect_the_others() {
    let mut pager = Pager::new(ListTags::new());
    let row = r#"{"name":"no id"}"#;
    let page = pager.accept(Ok(damaged(1..4, &["null", row]))).expect("a page").expect("rows");
    assert_eq!((page.items.len(), page.errors.len(), page.repeated), (3, 2, 0));
    assert_eq!((page.errors[0].index(), page.errors[0].text()), (0, Some("null")));
    assert_eq!((page.errors[1].index(), page.errors[1].text()), (1, Some(row)));

    // A page may have only such rows, and may not be repeated.
    let page = pager.accept(Ok(damaged(0..0, &["7"]))).expect("a page").expect("rows");
    assert_eq!((page.items.len(), page.errors.len()), (0, 1));
    let page = pager.accept(Ok(damaged(0..0, &["8"]))).expect("a page").expect("rows");
    assert_eq!((page.items.len(), page.errors.len()), (0, 1));
    let again = pager.accept(Ok(damaged(0..0, &["8"]))).expect("a page");
    assert!(again.expect_err("the same").to_string().contains("repeats the page before it"));
}

#[test]
fn a_list_is_resumed_where_it_stopped() {
    let mut first = Pager::new(ListTags::new().query("a"));
    accept(&mut first, tags(1..FULL + 1));
    let page = first.resume_page().expect("there is more");
    let mut second = Pager::new(ListTags::new().query("a").page(page));
    assert_eq!(accept(&mut second, tags(FULL + 1..FULL + 3)), (1, FULL + 1..FULL + 3, 0));
    assert_eq!(second.resume_page(), Some(2));
}

#[test]
fn no_page_after_the_last_page_of_the_response_is_requested() {
    let size = DEFAULT_COUNT as u64;
    let mut pager = Pager::new(ListArticles::new(2));
    assert_eq!(pager.resume_page(), Some(1));
    assert_eq!(accept(&mut pager, articles(1..size + 1, Some(2))), (1, 1..size + 1, 0));
    assert_eq!(pager.next(), Some(&ListArticles::new(2).page(2)));
    accept(&mut pager, articles(size + 1..2 * size + 1, Some(2)));
    assert_eq!((pager.next(), pager.resume_page()), (None, None), "the last page is full");

    let with_more = RawParameters::new(ListArticles::new(2).count(2)).parameter("lang", "en");
    let mut pager = Pager::new(with_more);
    accept(&mut pager, articles(1..3, Some(1)));
    assert!(pager.next().is_none(), "with added parameters too");

    // A short page in between does not end the list, an empty one does.
    let mut pager = Pager::new(ListArticles::new(2).count(5));
    accept(&mut pager, articles(1..4, Some(3)));
    assert_eq!(pager.next(), Some(&ListArticles::new(2).count(5).page(2)));
    assert!(pager.accept(Ok(articles(0..0, Some(3)))).is_none());
    assert_eq!(pager.next(), None);
}

#[test]
fn without_a_last_page_in_the_response_an_empty_page_is_the_end() {
    let mut pager = Pager::new(ListArticles::new(2).count(5));
    accept(&mut pager, articles(1..6, None));
    assert_eq!(pager.resume_page(), Some(2));
    accept(&mut pager, articles(6..10, None));
    assert_eq!(pager.resume_page(), Some(3));
    assert!(pager.accept(Ok(articles(0..0, None))).is_none());
    assert_eq!(pager.next(), None);
}

#[test]
fn pages_that_repeat_in_a_cycle_are_an_error() {
    for cycle in 1..20 {
        let mut pager = Pager::new(ListTags::new());
        let page = |number: u64| tags(number % cycle * FULL..(number % cycle + 1) * FULL);
        let error = (0..100).find_map(|number| pager.accept(Ok(page(number)))?.err());
        let text = error.expect("it ends").to_string();
        assert!(
            text.contains("repeats page ") || text.contains("repeats the page before"),
            "{text}"
        );
    }
}

#[test]
fn a_row_that_is_twice_on_a_page_is_returned_once() {
    let rows = tags(1..FULL).into_iter().chain(tags(7..8));
    let mut pager = Pager::new(ListTags::new());
    let page = pager.accept(Ok(rows.collect())).expect("a page").expect("no error");
    assert_eq!((page.items.len() as u64, page.repeated), (FULL - 1, 1));
    assert_eq!(pager.resume_page(), Some(1));
}

#[test]
fn the_largest_page_number_is_the_end() {
    let mut pager = Pager::new(ListTags::new().page(u64::MAX));
    let page = pager.accept(Ok(tags(1..FULL + 1))).expect("a page").expect("no error");
    assert_eq!((page.number, pager.next(), pager.resume_page()), (u64::MAX, None, None));
}

/// Returns the next item of a list with these pages left.
fn next_item(
    pager: &mut ItemPager<ListTags>,
    left: &mut Vec<Result<Rows<Tag>, Error>>,
) -> Option<Result<u64, Error>> {
    loop {
        match pager.step() {
            ItemStep::Item(item) => return Some(item.map(|tag| tag.id.0)),
            ItemStep::End => return None,
            ItemStep::Send(_) => pager.accept(left.remove(0)),
        }
    }
}

#[test]
fn rows_that_cannot_be_decoded_are_errors_after_the_others() {
    let mut pager = ItemPager::new(ListTags::new());
    let mut left = vec![Ok(damaged(1..4, &["null", r#"{"name":"no id"}"#])), Ok(tags(0..0))];
    for id in 1..4 {
        assert_eq!(next_item(&mut pager, &mut left).expect("an item").expect("a row"), id);
    }
    assert_eq!(pager.resume_page(), Some(0), "errors are left of the page");
    let mut error = || next_item(&mut pager, &mut left).expect("an item").expect_err("no row");
    let errors = [error(), error()].map(|error| error.to_string());
    insta::assert_snapshot!(errors.join("\n"));
    assert_eq!(pager.resume_page(), Some(1));
    assert!(next_item(&mut pager, &mut left).is_none());
    assert_eq!(pager.resume_page(), None);
}

#[test]
fn a_limit_of_items_counts_errors_and_requests_no_further_page() {
    let mut pager = ItemPager::new(ListTags::new());
    pager.set_limit(3);
    let mut left = vec![Ok(damaged(1..3, &["null"])), Ok(tags(3..5)), Ok(tags(0..0))];
    let items = std::iter::from_fn(|| next_item(&mut pager, &mut left));
    assert_eq!(items.map(|item| item.is_ok()).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!((left.len(), pager.resume_page()), (2, Some(1)));
    pager.set_limit(1);
    assert_eq!(next_item(&mut pager, &mut left).expect("an item").expect("a row"), 3);
    assert!(next_item(&mut pager, &mut left).is_none());
    assert_eq!((left.len(), pager.resume_page()), (1, Some(1)), "in the middle of a page");
}

#[test]
fn the_error_of_a_page_is_the_last_item() {
    let mut pager = ItemPager::new(ListTags::new());
    let mut left = vec![Ok(tags(1..3)), Err(rejected())];
    let items = std::iter::from_fn(|| next_item(&mut pager, &mut left));
    assert_eq!(items.map(|item| item.is_ok()).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(pager.resume_page(), Some(1), "the page that failed");
    assert!(next_item(&mut pager, &mut left).is_none());
}

#[test]
fn a_limit_of_pages_can_be_raised() {
    let mut pager = Pager::new(ListTags::new());
    pager.set_limit(1);
    assert!(pager.next().is_some());
    accept(&mut pager, tags(1..3));
    assert_eq!((pager.next(), pager.resume_page()), (None, Some(1)));
    pager.set_limit(1);
    assert_eq!(pager.next(), Some(&ListTags::new().page(1)));
}
