//! Lists that come in pages, as streams.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use usedesk_core::{Error, Page, PageRows, Paged, Pager};

use crate::usedesk::{SendFuture, Usedesk};

/// A list, page by page; see [`Usedesk::pages`]. Also a [`Stream`].
///
/// After an error there is no further page; [`resume_page`](Self::resume_page) says where to begin
/// again.
#[must_use = "nothing is sent before the first page is asked for"]
pub struct Pages<O: Paged> {
    usedesk: Usedesk,
    pager: Pager<O>,
    /// How many more pages are wanted.
    left: u64,
    /// The call for the next page, when it is on its way.
    sending: Option<SendFuture<O::Output>>,
}

impl<O: Paged> Pages<O> {
    pub(crate) fn new(usedesk: Usedesk, operation: O) -> Self {
        Self { usedesk, pager: Pager::new(operation), left: u64::MAX, sending: None }
    }

    /// Stops after so many more pages.
    pub fn limit(mut self, pages: u64) -> Self {
        self.left = pages;
        self
    }

    /// The next page. Dropping the future loses nothing: the next one goes on with the same call.
    pub async fn next(&mut self) -> Option<Result<Page<O::Item>, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The page to ask for to go on from here, with
    /// [`with_page`](usedesk_core::Paged::with_page): the next one, after an error the one that
    /// failed. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.pager.resume_page()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<O::Item>, Error>>> {
        if self.sending.is_none() {
            let operation = self.pager.next().filter(|_| self.left > 0);
            let Some(operation) = operation else { return Poll::Ready(None) };
            self.sending = Some(self.usedesk.send(operation));
            self.left -= 1;
        }
        let sending = self.sending.as_mut().map(|sending| Pin::new(sending).poll(context));
        let result = ready!(sending.unwrap_or(Poll::Pending));
        self.sending = None;
        Poll::Ready(self.pager.accept(result))
    }
}

// Nothing in it is pinned.
impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("pager", &self.pager).finish_non_exhaustive()
    }
}

/// A list, row by row; see [`Usedesk::items`]. It holds one page at a time.
///
/// For a row that cannot be read there is an error of its own, after the other rows of its page,
/// and the list goes on. After any other error there is no further row. Also a [`Stream`].
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

    /// The next row. Dropping the future loses nothing: the next one goes on with the same call.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The page to ask for to go on from here without passing over a row, with
    /// [`with_page`](usedesk_core::Paged::with_page): in the middle of a page that page, whose
    /// first rows come again then. None at the end of the list.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.rows.page_number().or_else(|| self.pages.resume_page())
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        while self.left > 0 {
            if let Some(row) = self.rows.next() {
                self.left -= 1;
                return Poll::Ready(Some(row));
            }
            match ready!(self.pages.poll(context)) {
                Some(Ok(page)) => self.rows = PageRows::new(page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(None)
    }
}

// Nothing in it is pinned.
impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
