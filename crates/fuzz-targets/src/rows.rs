//! Rows of lists.

use serde::de::IgnoredAny;
use usedesk_core::channels::ListChannels;
use usedesk_core::clients::ListClients;
use usedesk_core::fields::ListFields;
use usedesk_core::groups::ListGroups;
use usedesk_core::knowledge_base::{GetStructure, ListArticles};
use usedesk_core::tags::ListTags;
use usedesk_core::tickets::ListTickets;
use usedesk_core::users::ListUsers;
use usedesk_core::{Bytes, Operation, RawResponse, Response, Rows};

/// Counts the rows of a body that can be decoded, and those that cannot.
type Read = fn(&[u8]) -> (usize, usize);

/// All lists, with the valid row that surrounds the row of the input.
const LISTS: &[(&str, Read)] = &[
    (r#"{"id":1}"#, read::<ListTickets, _>),
    (r#"{"id":1}"#, read::<ListClients, _>),
    (r#"{"ticket_tag_id":1}"#, read::<ListTags, _>),
    (r#"{"id":1}"#, read::<ListUsers, _>),
    (r#"{"id":1}"#, read::<ListGroups, _>),
    (r#"{"channel_id":1}"#, read::<ListChannels, _>),
    (r#"{"custom_field":{"id":1}}"#, read::<ListFields, _>),
    (r#"{"id":1}"#, read::<GetStructure, _>),
    (r#"{"id":1}"#, articles),
];

/// A row of any JSON does not affect the other rows of its list.
///
/// The first line is a letter for the list (`a` is the first). The rest is the row.
pub fn rows(input: &[u8]) {
    let (head, row) = crate::input::line(input);
    let [list] = head else { return };
    if serde_json::from_slice::<IgnoredAny>(row).is_err() {
        return;
    }
    let (other, read) = LISTS[usize::from(list.wrapping_sub(b'a')) % LISTS.len()];
    let other = other.as_bytes();
    let body = [b"[", other, b",", row, b",", other, b"]"].concat();
    let (good, damaged) = read(&body);
    assert!(good >= 2, "other rows are lost: {good} decoded, {damaged} not");
    assert_eq!(good + damaged, 3, "a row is lost");
}

fn read<O: Operation<Output = Rows<T>>, T>(body: &[u8]) -> (usize, usize) {
    let response = Response::new(Bytes::copy_from_slice(body));
    let rows = O::decode(&RawResponse::new(&response)).unwrap_or_default();
    (rows.len(), rows.errors().len())
}

fn articles(rows: &[u8]) -> (usize, usize) {
    let body = [br#"{"articles":"#, rows, b"}"].concat();
    let response = Response::new(Bytes::from(body));
    let list = ListArticles::decode(&RawResponse::new(&response));
    list.map(|list| (list.articles.len(), list.articles.errors().len())).unwrap_or_default()
}
