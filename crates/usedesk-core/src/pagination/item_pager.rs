//! A list row by row, without I/O.

use std::fmt;
use std::vec;

use super::{Page, Paged, Pager};
use crate::decode::RowError;
use crate::error::Error;
use crate::operation::Label;

/// The position in a list that is read row by row, one page at a time.
///
/// The handle does what [`step`](Self::step) says.
pub struct ItemPager<O: Paged> {
    pages: Pager<O>,
    page_number: u64,
    /// What is left of the page: rows first, then an error for each row that cannot be decoded.
    items: vec::IntoIter<O::Item>,
    row_errors: vec::IntoIter<RowError>,
    /// The error of the next page.
    page_error: Option<Error>,
    /// How many more items may be returned.
    items_left: u64,
}

/// What the handle does next.
pub enum ItemStep<'a, O: Paged> {
    /// Return this item.
    Item(Result<O::Item, Error>),
    /// Send the request for the next page and hand the result to [`ItemPager::accept`].
    Send(&'a O),
    /// Return that there is no further item.
    End,
}

impl<O: Paged> ItemPager<O> {
    /// Starts with the page that `operation` requests.
    #[must_use]
    pub fn new(operation: O) -> Self {
        Self {
            pages: Pager::new(operation),
            page_number: 0,
            items: Vec::new().into_iter(),
            row_errors: Vec::new().into_iter(),
            page_error: None,
            items_left: u64::MAX,
        }
    }

    /// Stops after this many more items, errors included.
    pub fn set_limit(&mut self, items: u64) {
        self.items_left = items;
    }

    /// Returns what the handle does next. Asks for the same request until its result is accepted.
    pub fn step(&mut self) -> ItemStep<'_, O> {
        if self.items_left == 0 {
            return ItemStep::End;
        }
        if let Some(item) = self.next_item() {
            self.items_left -= 1;
            return ItemStep::Item(item);
        }
        self.pages.next().map_or(ItemStep::End, ItemStep::Send)
    }

    /// Takes the result of the request.
    pub fn accept(&mut self, result: Result<O::Output, Error>) {
        match self.pages.accept(result) {
            Some(Ok(Page { number, items, errors, .. })) => {
                self.page_number = number;
                (self.items, self.row_errors) = (items.into_iter(), errors.into_iter());
            }
            Some(Err(error)) => self.page_error = Some(error),
            None => {}
        }
    }

    /// Returns the page to resume with, so that no row is skipped: the current page while something
    /// is left of it, else as [`Pager::resume_page`].
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        let is_done = self.items.as_slice().is_empty() && self.row_errors.as_slice().is_empty();
        if is_done { self.pages.resume_page() } else { Some(self.page_number) }
    }

    fn next_item(&mut self) -> Option<Result<O::Item, Error>> {
        if let Some(item) = self.items.next() {
            return Some(Ok(item));
        }
        let row_error = self.row_errors.next().map(|error| {
            let reason = format!("on page {}, {error}", self.page_number);
            Error::decode(Label::of::<O>(), reason)
        });
        row_error.or_else(|| self.page_error.take()).map(Err)
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for ItemPager<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemPager").field("pages", &self.pages).finish_non_exhaustive()
    }
}
