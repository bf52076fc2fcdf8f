//! Lists that come in pages: which page is next, and whether it brings anything new.

use std::collections::HashSet;
use std::fmt;

use crate::error::Error;
use crate::operation::{Label, Operation};

/// How many rows a page of tickets, clients or tags has (51382, 51383).
pub const PAGE_SIZE: usize = 100;

/// A list that comes page by page.
///
/// The handles walk it lazily, by `pages` and by `items`. Of most lists nothing but a page that is
/// shorter than it could be tells that they are at their end: they come without totals.
pub trait Paged: Operation + Clone {
    /// One row.
    type Item: Send + 'static;

    /// The page that this asks for.
    fn page_number(&self) -> u64;

    /// The same request for another page.
    #[must_use]
    fn with_page(self, page: u64) -> Self;

    /// How many rows a page has that is not the last.
    fn page_size(&self) -> usize;

    /// The number of the last page, where an answer tells. It then counts, and not the size of the
    /// page: a full last page costs no further call, and a short one in between ends nothing.
    #[must_use]
    fn last_page(_: &Self::Output) -> Option<u64> {
        None
    }

    /// The rows of an answer.
    fn into_items(output: Self::Output) -> Vec<Self::Item>;

    /// What tells a row from the others: its id.
    fn key(item: &Self::Item) -> u64;
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number. To resume after it, ask for the page with the next one.
    pub number: u64,
    /// Its rows; there is at least one, or [`repeated`](Self::repeated) says why not.
    pub items: Vec<T>,
    /// How many more rows it had that are left out here, since they came on the page before, or
    /// twice on this one.
    ///
    /// Not 0 when the list grew in front while it was walked. When it shrank, as many rows were
    /// passed over, and nothing tells of them: walk in an order that does not change, by id.
    pub repeated: usize,
}

impl<T> Page<T> {
    /// A page, for the tests of code that takes one.
    #[must_use]
    pub fn new(number: u64, items: Vec<T>) -> Self {
        Self { number, items, repeated: 0 }
    }
}

/// Where a walk through the pages is.
pub struct Pager<O> {
    next: Option<O>,
    /// The rows of the page before.
    keys: HashSet<u64>,
    /// The rows of an earlier page, and its number: of the first, the second, the fourth, the
    /// eighth and so on. Pages that come round in a circle meet it, however large the circle is.
    landmark: (u64, HashSet<u64>),
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
            Ok(page) if page.items.is_empty() && page.repeated == 0 => None,
            page => Some(page),
        }
    }

    fn advance(&mut self, asked: O, output: O::Output) -> Result<Page<O::Item>, Error> {
        let last = O::last_page(&output);
        let mut items = O::into_items(output);
        let (rows, number) = (items.len(), asked.page_number());
        let is_last = rows == 0 || last.map_or(rows < asked.page_size(), |last| number >= last);
        let mut keys = HashSet::with_capacity(rows);
        items.retain(|item| {
            let key = O::key(item);
            keys.insert(key) && !self.keys.contains(&key)
        });
        let (landmark, landmark_keys) = &self.landmark;
        let repeats = match () {
            () if is_last => None,
            () if items.is_empty() => Some("the page before it".to_owned()),
            () if keys == *landmark_keys => Some(format!("page {landmark}")),
            () => None,
        };
        if let Some(other) = repeats {
            let reason = format!("page {number} repeats {other}");
            return Err(Error::unreadable(Label::of::<O>(), reason));
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
        Ok(Page { number, items, repeated })
    }
}

impl<O: fmt::Debug> fmt::Debug for Pager<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("next", &self.next).finish_non_exhaustive()
    }
}
