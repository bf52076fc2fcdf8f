//! Lists that come in pages: which page is next, and whether it brings anything new.

use std::collections::HashSet;
use std::fmt;
use std::vec;

use crate::decode::{RowError, Rows, open_enum};
use crate::error::Error;
use crate::operation::{Label, Operation};

/// A list that comes page by page.
///
/// The handles read it lazily, by `pages` and by `items`. Most lists come without totals, and a page
/// may be shorter than it could be in the middle of a list. So a list ends with the first page that
/// has no rows, which costs one request more, unless [`last_page`](Self::last_page) tells.
pub trait Paged: Operation + Clone {
    /// One row.
    type Item: Send + 'static;

    /// The page that this asks for.
    fn page_number(&self) -> u64;

    /// The same request for another page.
    #[must_use]
    fn with_page(self, page: u64) -> Self;

    /// The number of the last page, where a response tells. No page is asked for after it.
    #[must_use]
    fn last_page(_: &Self::Output) -> Option<u64> {
        None
    }

    /// The rows of a response. A `Vec` becomes [`Rows`] by `into()`.
    fn into_items(output: Self::Output) -> Rows<Self::Item>;

    /// What tells a row from the others: its id.
    fn key(item: &Self::Item) -> u64;
}

open_enum! {
    /// In which direction a list is sorted.
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
    /// Its number. To resume after it, ask for the page with the next one.
    pub number: u64,
    /// Its rows; there is at least one, or [`errors`](Self::errors) or
    /// [`repeated`](Self::repeated) say why not.
    pub items: Vec<T>,
    /// The rows that cannot be read.
    pub errors: Vec<RowError>,
    /// How many more rows it had that are left out here, since they came on the page before, or
    /// twice on this one.
    ///
    /// Not 0 when the list grew in front during pagination. When it shrank, as many rows were
    /// skipped, and nothing tells of them: sort by what does not change, by id.
    pub repeated: usize,
}

impl<T> Page<T> {
    /// A page, for the tests of code that takes one.
    #[must_use]
    pub fn new(number: u64, items: Vec<T>) -> Self {
        Self { number, items, errors: Vec::new(), repeated: 0 }
    }
}

/// What is left of a page: its rows, and then an error for each that cannot be read.
pub struct PageRows<O: Paged> {
    number: u64,
    items: vec::IntoIter<O::Item>,
    errors: vec::IntoIter<RowError>,
}

impl<O: Paged> PageRows<O> {
    /// All of a page.
    #[must_use]
    pub fn new(page: Page<O::Item>) -> Self {
        let Page { number, items, errors, .. } = page;
        Self { number, items: items.into_iter(), errors: errors.into_iter() }
    }

    /// The number of the page, as long as something is left of it.
    #[must_use]
    pub fn page_number(&self) -> Option<u64> {
        let is_empty = self.items.as_slice().is_empty() && self.errors.as_slice().is_empty();
        (!is_empty).then_some(self.number)
    }
}

impl<O: Paged> Default for PageRows<O> {
    fn default() -> Self {
        Self::new(Page::new(0, Vec::new()))
    }
}

impl<O: Paged> Iterator for PageRows<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let error = |row| {
            let reason = format!("on page {}, {row}", self.number);
            Error::decode(Label::of::<O>(), reason)
        };
        self.items.next().map(Ok).or_else(|| self.errors.next().map(error).map(Err))
    }
}

/// Where a walk through the pages is.
pub struct Pager<O> {
    next: Option<O>,
    /// The rows of the page before.
    keys: HashSet<Key>,
    /// The rows of an earlier page, and its number: of the first, the second, the fourth, the
    /// eighth and so on. Pages that come round in a circle meet it, however large the circle is.
    landmark: (u64, HashSet<Key>),
    /// How many pages came.
    pages: u64,
    /// The page to begin with to go on from here.
    resume_page: Option<u64>,
}

impl<O: Paged> Pager<O> {
    /// Begins with the page that `operation` asks for.
    #[must_use]
    pub fn new(operation: O) -> Self {
        let resume_page = Some(operation.page_number());
        let (keys, landmark) = (HashSet::new(), (0, HashSet::new()));
        Self { next: Some(operation), keys, landmark, pages: 0, resume_page }
    }

    /// The request for the next page; none when the walk is over.
    #[must_use]
    pub fn next(&self) -> Option<&O> {
        self.next.as_ref()
    }

    /// The page to begin with to go on from here; none at the end of the list. After an error it
    /// is the page that failed.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.resume_page
    }

    /// Takes what [`next`](Self::next) brought. None at the end of the list.
    ///
    /// An error ends the walk.
    pub fn accept(
        &mut self,
        result: Result<O::Output, Error>,
    ) -> Option<Result<Page<O::Item>, Error>> {
        let asked = self.next.take()?;
        match result.and_then(|output| self.advance(asked, output)) {
            Ok(Page { items, errors, repeated: 0, .. })
                if items.is_empty() && errors.is_empty() =>
            {
                None
            }
            page => Some(page),
        }
    }

    fn advance(&mut self, asked: O, output: O::Output) -> Result<Page<O::Item>, Error> {
        let last = O::last_page(&output);
        let (mut items, errors) = O::into_items(output).into_parts();
        let (rows, number) = (items.len(), asked.page_number());
        let is_last = (rows == 0 && errors.is_empty()) || last.is_some_and(|last| number >= last);
        let mut keys = HashSet::with_capacity(rows + errors.len());
        items.retain(|item| {
            let key = Key::Id(O::key(item));
            let is_new = !self.keys.contains(&key);
            keys.insert(key) && is_new
        });
        keys.extend(errors.iter().map(Key::of_error));
        let (landmark, landmark_keys) = &self.landmark;
        let repeats = match () {
            () if is_last => None,
            // A part of it may come once more where the list grew in front.
            () if keys == self.keys => Some("the page before it".to_owned()),
            () if keys == *landmark_keys => Some(format!("page {landmark}")),
            () => None,
        };
        if let Some(other) = repeats {
            let reason = format!("page {number} repeats {other}");
            return Err(Error::decode(Label::of::<O>(), reason));
        }
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.landmark = (number, keys.clone());
        }
        self.keys = keys;
        let next = number.checked_add(1).filter(|_| !is_last);
        self.resume_page = next;
        self.next = next.map(|next| asked.with_page(next));
        let repeated = rows - items.len();
        Ok(Page { number, items, errors, repeated })
    }
}

/// What tells a row from the others on its page.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Id(u64),
    /// Of a row that cannot be read, its text.
    Text(Box<str>),
}

impl Key {
    fn of_error(error: &RowError) -> Self {
        Self::Text(error.text().unwrap_or(error.reason()).into())
    }
}

impl<O: fmt::Debug> fmt::Debug for Pager<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Makes a list of this name one that comes page by page, of rows with an `id`.
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
