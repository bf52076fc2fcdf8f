//! Lists that come in pages, as iterators.

use std::fmt;
use std::iter::FusedIterator;

use usedesk_core::{Error, Page, PageRows, Paged, Pager};

use crate::usedesk::Usedesk;

/// A list, page by page; see [`Usedesk::pages`].
///
/// After an error there is no further page; [`resume_page`](Self::resume_page) says where to begin
/// again.
#[must_use = "nothing is sent before the first page is asked for"]
pub struct Pages<O: Paged> {
    usedesk: Usedesk,
    pager: Pager<O>,
    /// How many more pages are wanted.
    left: u64,
}

impl<O: Paged> Pages<O> {
    pub(crate) fn new(usedesk: Usedesk, operation: O) -> Self {
        Self { usedesk, pager: Pager::new(operation), left: u64::MAX }
    }

    /// Stops after so many more pages.
    pub fn limit(mut self, pages: u64) -> Self {
        self.left = pages;
        self
    }

    /// The page to ask for to go on from here, with
    /// [`with_page`](usedesk_core::Paged::with_page): the next one, after an error the one that
    /// failed. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }
}

impl<O: Paged> Iterator for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let result = self.usedesk.send(self.pager.next()?);
        self.pager.accept(result)
    }
}

impl<O: Paged> FusedIterator for Pages<O> {}

impl<O: Paged + fmt::Debug> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("pager", &self.pager).finish_non_exhaustive()
    }
}

/// A list, row by row; see [`Usedesk::items`]. It holds one page at a time.
///
/// For a row that cannot be read there is an error of its own, after the other rows of its page,
/// and the list goes on. After any other error there is no further row.
#[must_use = "nothing is sent before the first row is asked for"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    rows: PageRows<O>,
    /// How many more rows are wanted.
    left: u64,
}

impl<O: Paged> Items<O> {
    pub(crate) fn new(pages: Pages<O>) -> Self {
        Self { pages, rows: PageRows::default(), left: u64::MAX }
    }

    /// Stops after so many more rows, and asks for no page that is not needed for them.
    pub fn limit(mut self, rows: u64) -> Self {
        self.left = rows;
        self
    }

    /// The page to ask for to go on from here without passing over a row, with
    /// [`with_page`](usedesk_core::Paged::with_page): in the middle of a page that page, whose
    /// first rows come again then. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.rows.page_number().or_else(|| self.pages.resume_page())
    }
}

impl<O: Paged> Iterator for Items<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        loop {
            if let Some(row) = self.rows.next() {
                return Some(row);
            }
            match self.pages.next()? {
                Ok(page) => self.rows = PageRows::new(page),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<O: Paged> FusedIterator for Items<O> {}

impl<O: Paged + fmt::Debug> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
