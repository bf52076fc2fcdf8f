//! Pagination: `pages` and `items` of a handle, as iterators.

use std::iter::FusedIterator;

use usedesk_core::internal::{ItemPager, ItemStep, Pager};
use usedesk_core::{Error, Page, Paged};

use crate::usedesk::Usedesk;

impl Usedesk {
    /// Lists page by page, from the page that `operation` requests. Nothing is sent before the
    /// first page is asked for, and each page is requested only when it is asked for.
    pub fn pages<O: Paged>(&self, operation: O) -> Pages<O> {
        Pages { usedesk: self.clone(), pager: Pager::new(operation) }
    }

    /// Lists row by row, from the page that `operation` requests to the end of the list. Pages are
    /// requested only when they are needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_blocking::tickets::{ListTickets, TicketSort};
    /// use usedesk_blocking::{Order, StatusCode, Usedesk, testing::MockTransport};
    ///
    /// # let mock = MockTransport::new()
    /// #     .respond(StatusCode::OK, r#"[{"id": 4501}]"#)
    /// #     .respond(StatusCode::OK, "[]");
    /// # let usedesk = Usedesk::with_transport("token", mock)?;
    /// let tickets = ListTickets::new().sort(TicketSort::Id, Order::Ascending);
    /// for ticket in usedesk.items(tickets) {
    ///     let ticket = ticket?;
    ///     println!("{} {}", ticket.id, ticket.subject);
    /// }
    /// # Ok::<(), usedesk_blocking::Error>(())
    /// ```
    pub fn items<O: Paged>(&self, operation: O) -> Items<O> {
        Items { usedesk: self.clone(), pager: ItemPager::new(operation) }
    }
}

/// The pages of a list, from [`Usedesk::pages`].
///
/// After an error there is no further page; [`resume_page`](Self::resume_page) is where to start
/// again.
#[must_use = "nothing is sent before the first page is asked for"]
#[derive(Debug)]
pub struct Pages<O: Paged> {
    usedesk: Usedesk,
    pager: Pager<O>,
}

impl<O: Paged> Pages<O> {
    /// Stops after this many more pages.
    pub fn limit(mut self, pages: u64) -> Self {
        self.pager.set_limit(pages);
        self
    }

    /// Returns the page to resume with, for [`with_page`](usedesk_core::Paged::with_page): the next
    /// one, or after an error the one that failed. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }
}

impl<O: Paged> Iterator for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.usedesk.send(self.pager.next()?);
        self.pager.accept(result)
    }
}

impl<O: Paged> FusedIterator for Pages<O> {}

/// The rows of a list, from [`Usedesk::items`]. Holds one page at a time.
///
/// Each row that cannot be decoded is an error after the other rows of its page, and the list
/// continues. After any other error there is no further row. To tell them apart, use
/// [`pages`](Usedesk::pages): [`Page::errors`] has the rows that cannot be decoded.
#[must_use = "nothing is sent before the first row is asked for"]
#[derive(Debug)]
pub struct Items<O: Paged> {
    usedesk: Usedesk,
    pager: ItemPager<O>,
}

impl<O: Paged> Items<O> {
    /// Stops after this many more rows, and requests no page that they do not need.
    pub fn limit(mut self, rows: u64) -> Self {
        self.pager.set_limit(rows);
        self
    }

    /// Returns the page to resume with so that no row is skipped, for
    /// [`with_page`](usedesk_core::Paged::with_page). In the middle of a page it is that page,
    /// whose first rows are then returned again. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }
}

impl<O: Paged> Iterator for Items<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let result = match self.pager.step() {
                ItemStep::Item(item) => return Some(item),
                ItemStep::End => return None,
                ItemStep::Send(operation) => self.usedesk.send(operation),
            };
            self.pager.accept(result);
        }
    }
}

impl<O: Paged> FusedIterator for Items<O> {}
