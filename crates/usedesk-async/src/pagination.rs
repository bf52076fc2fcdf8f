//! Pagination: `pages` and `items` of a handle, as streams.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use usedesk_core::internal::{ItemPager, ItemStep, Pager};
use usedesk_core::{Error, Page, Paged};

use crate::usedesk::{SendFuture, Usedesk};

impl Usedesk {
    /// Lists page by page, from the page that `operation` requests. Nothing is sent before the
    /// first page is asked for, and each page is requested only when it is asked for.
    pub fn pages<O: Paged>(&self, operation: O) -> Pages<O> {
        Pages { usedesk: self.clone(), pager: Pager::new(operation), sending: None }
    }

    /// Lists row by row, from the page that `operation` requests to the end of the list. Pages are
    /// requested only when they are needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_async::tickets::{ListTickets, TicketSort};
    /// use usedesk_async::{Order, StatusCode, Usedesk, testing::MockTransport};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), usedesk_async::Error> {
    /// # let mock = MockTransport::new()
    /// #     .respond(StatusCode::OK, r#"[{"id": 4501}]"#)
    /// #     .respond(StatusCode::OK, "[]");
    /// # let usedesk = Usedesk::with_transport("token", mock)?;
    /// let tickets = ListTickets::new().sort(TicketSort::Id, Order::Ascending);
    /// let mut tickets = usedesk.items(tickets);
    /// while let Some(ticket) = tickets.next().await {
    ///     let ticket = ticket?;
    ///     println!("{} {}", ticket.id, ticket.subject);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<O: Paged>(&self, operation: O) -> Items<O> {
        Items { usedesk: self.clone(), pager: ItemPager::new(operation), sending: None }
    }
}

/// The pages of a list, from [`Usedesk::pages`]. Also a [`Stream`].
///
/// After an error there is no further page; [`resume_page`](Self::resume_page) is where to start
/// again.
#[must_use = "nothing is sent before the first page is asked for"]
pub struct Pages<O: Paged> {
    usedesk: Usedesk,
    pager: Pager<O>,
    /// The call for the next page, once it has begun.
    sending: Option<SendFuture<O::Output>>,
}

impl<O: Paged> Pages<O> {
    /// Stops after this many more pages.
    pub fn limit(mut self, pages: u64) -> Self {
        self.pager.set_limit(pages);
        self
    }

    /// Returns the next page; none at the end of the list.
    ///
    /// Cancel safe: when the future is dropped, the next one continues the same call.
    pub async fn next(&mut self) -> Option<Result<Page<O::Item>, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the page to resume with, for [`with_page`](usedesk_core::Paged::with_page): the next
    /// one, or after an error the one that failed. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<O::Item>, Error>>> {
        let Some(operation) = self.pager.next() else { return Poll::Ready(None) };
        let sending = self.sending.get_or_insert_with(|| self.usedesk.send(operation));
        let result = ready!(Pin::new(sending).poll(context));
        self.sending = None;
        Poll::Ready(self.pager.accept(result))
    }
}

// Nothing in it is pinned.
impl<O: Paged> Unpin for Pages<O> {}

// Derived, it would need an output that is `Debug`.
impl<O: Paged + fmt::Debug> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usedesk, pager, sending } = self;
        f.debug_struct("Pages")
            .field("usedesk", usedesk)
            .field("pager", pager)
            .field("sending", sending)
            .finish()
    }
}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// The rows of a list, from [`Usedesk::items`]. Holds one page at a time. Also a [`Stream`].
///
/// Each row that cannot be decoded is an error after the other rows of its page, and the list
/// continues. After any other error there is no further row. To tell them apart, use
/// [`pages`](Usedesk::pages): [`Page::errors`] has the rows that cannot be decoded.
#[must_use = "nothing is sent before the first row is asked for"]
pub struct Items<O: Paged> {
    usedesk: Usedesk,
    pager: ItemPager<O>,
    /// The call for the next page, once it has begun.
    sending: Option<SendFuture<O::Output>>,
}

impl<O: Paged> Items<O> {
    /// Stops after this many more rows, and requests no page that they do not need.
    pub fn limit(mut self, rows: u64) -> Self {
        self.pager.set_limit(rows);
        self
    }

    /// Returns the next row; none at the end of the list.
    ///
    /// Cancel safe: when the future is dropped, the next one continues the same call.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns the page to resume with so that no row is skipped, for
    /// [`with_page`](usedesk_core::Paged::with_page). In the middle of a page it is that page,
    /// whose first rows are then returned again. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        loop {
            let operation = match self.pager.step() {
                ItemStep::Item(item) => return Poll::Ready(Some(item)),
                ItemStep::End => return Poll::Ready(None),
                ItemStep::Send(operation) => operation,
            };
            let sending = self.sending.get_or_insert_with(|| self.usedesk.send(operation));
            let result = ready!(Pin::new(sending).poll(context));
            self.sending = None;
            self.pager.accept(result);
        }
    }
}

// Nothing in it is pinned.
impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged + fmt::Debug> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usedesk, pager, sending } = self;
        f.debug_struct("Items")
            .field("usedesk", usedesk)
            .field("pager", pager)
            .field("sending", sending)
            .finish()
    }
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}
