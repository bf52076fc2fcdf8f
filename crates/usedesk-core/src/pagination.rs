//! Pagination: the next page of a list, and whether it has new rows.

pub use self::item_pager::{ItemPager, ItemStep};
pub use self::pager::Pager;
use crate::decode::{RowError, Rows, open_enum};
use crate::operation::Operation;

mod item_pager;
mod pager;

/// A list operation with pages.
///
/// The handles read it lazily, with `pages` and `items`. Most responses have no totals, and a page
/// in the middle of a list may be shorter than the page size. So the list ends with the first page
/// without rows, which costs one more request, unless [`last_page`](Self::last_page) is known.
pub trait Paged: Operation + Clone {
    /// One row.
    type Item: Send + 'static;

    /// Returns the number of the page that this operation requests.
    fn page_number(&self) -> u64;

    /// Returns the same operation for another page.
    #[must_use]
    fn with_page(self, page: u64) -> Self;

    /// Returns the number of the last page, if the response has it. No later page is requested.
    #[must_use]
    fn last_page(_: &Self::Output) -> Option<u64> {
        None
    }

    /// Returns the rows of a response. `into()` turns a `Vec` into [`Rows`].
    fn into_items(output: Self::Output) -> Rows<Self::Item>;

    /// Returns the id of a row, which distinguishes it from the others.
    fn key(item: &Self::Item) -> u64;
}

open_enum! {
    /// The direction in which a list is sorted.
    pub enum Order {
        /// `asc`: the smallest first.
        Ascending = "asc",
        /// `desc`: the largest first.
        Descending = "desc",
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number. To resume after it, request the page with the next number.
    pub number: u64,
    /// Its rows. Empty only if [`errors`](Self::errors) or [`repeated`](Self::repeated) is not.
    pub items: Vec<T>,
    /// The rows that cannot be decoded.
    pub errors: Vec<RowError>,
    /// How many rows are left out because they were on the previous page, or twice on this one.
    ///
    /// Not 0 when rows were inserted in front of the list during pagination. When rows were removed
    /// from the front, as many rows are skipped, and nothing shows it: sort by the id, which does
    /// not change.
    pub repeated: usize,
}

impl<T> Page<T> {
    /// Creates a page, for tests of code that takes one.
    #[must_use]
    pub fn new(number: u64, items: Vec<T>) -> Self {
        Self { number, items, errors: Vec::new(), repeated: 0 }
    }
}

/// Implements `Paged` for a list with an `offset` and rows with an `id`.
macro_rules! paged_by_offset {
    ($list:ty, $row:ty) => {
        impl crate::pagination::Paged for $list {
            type Item = $row;

            fn page_number(&self) -> u64 {
                self.offset.unwrap_or_default()
            }

            fn with_page(self, page: u64) -> Self {
                self.page(page)
            }

            fn into_items(rows: crate::decode::Rows<$row>) -> crate::decode::Rows<$row> {
                rows
            }

            fn key(row: &$row) -> u64 {
                row.id.0
            }
        }
    };
}

pub(crate) use paged_by_offset;
