//! Pagination.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use usedesk_core::internal::Pager;
use usedesk_core::{Method, Operation, Paged, Safety, Violations};

use crate::input::text_line;

/// Pagination ends whatever the server sends, returns no row twice on two consecutive pages, and
/// loses none.
///
/// The first line is the number of the last page, if the server sends it. Each further line is a
/// page, with a letter for each row; after the last one the server starts again, forever.
pub fn pagination(input: &[u8]) {
    let (last_page, rest) = text_line(input);
    let last_page = last_page.parse().ok();
    let pages: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').collect();
    let mut list = Pager::new(ListRows { page: 0 });
    let mut previous = HashSet::new();
    // A cycle is found when it reaches a page that is a power of two into the list, which is at
    // most twice its length away.
    let max_pages = 4 * pages.len() + 4;
    for (number, page) in (0..).zip(pages.iter().cycle()).take(max_pages) {
        let Some(request) = list.next() else { return };
        assert_eq!((request.page, list.resume_page()), (number, Some(number)), "in order");
        let rows: Vec<u64> = page.iter().copied().map(u64::from).collect();
        let Some(Ok(page)) = list.accept(Ok(Rows { last_page, rows: rows.clone() })) else {
            assert!(list.next().is_none(), "there is a page after the end or an error");
            continue;
        };
        assert_eq!(page.number, number);
        assert_eq!(page.items.len() + page.repeated, rows.len(), "a row is lost");
        let keys: HashSet<_> = page.items.iter().copied().collect();
        assert_eq!(keys.len(), page.items.len(), "a row is twice on a page");
        assert!(keys.is_disjoint(&previous), "a row of the previous page is returned again");
        previous = rows.into_iter().collect();
    }
    assert!(list.next().is_none(), "pagination does not end");
}

/// A list of numbers.
#[derive(Clone, Serialize)]
struct ListRows {
    page: u64,
}

#[derive(serde::Deserialize)]
struct Rows {
    last_page: Option<u64>,
    rows: Vec<u64>,
}

impl Operation for ListRows {
    type Output = Rows;

    const NAME: &'static str = "list_rows";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/rows".into()
    }

    fn check(&self, _: &mut Violations) {}
}

impl Paged for ListRows {
    type Item = u64;

    fn page_number(&self) -> u64 {
        self.page
    }

    fn with_page(self, page: u64) -> Self {
        Self { page }
    }

    fn last_page(output: &Rows) -> Option<u64> {
        output.last_page
    }

    fn into_items(output: Rows) -> usedesk_core::Rows<u64> {
        output.rows.into()
    }

    fn key(item: &u64) -> u64 {
        *item
    }
}
