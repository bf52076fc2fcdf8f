//! A list page by page, without I/O.

use std::collections::HashSet;
use std::fmt;

use super::{Page, Paged};
use crate::decode::RowError;
use crate::error::Error;
use crate::operation::Label;

/// The position in a list that is read page by page.
///
/// The handle sends what [`next`](Self::next) returns and hands the result to
/// [`accept`](Self::accept).
pub struct Pager<O> {
    next: Option<O>,
    /// How many more pages may be requested.
    pages_left: u64,
    /// The rows of the previous page.
    keys: HashSet<Key>,
    /// The rows of an earlier page, and its number: of the first, the second, the fourth, the
    /// eighth and so on. Pages that repeat in a cycle reach it, however long the cycle is.
    landmark: (u64, HashSet<Key>),
    /// How many pages were accepted.
    pages: u64,
    /// The page to resume with.
    resume_page: Option<u64>,
}

impl<O: Paged> Pager<O> {
    /// Starts with the page that `operation` requests.
    #[must_use]
    pub fn new(operation: O) -> Self {
        let resume_page = Some(operation.page_number());
        let (keys, landmark) = (HashSet::new(), (0, HashSet::new()));
        Self { next: Some(operation), pages_left: u64::MAX, keys, landmark, pages: 0, resume_page }
    }

    /// Stops after this many more pages.
    pub fn set_limit(&mut self, pages: u64) {
        self.pages_left = pages;
    }

    /// Returns the request for the next page; none at the end of the list, at the limit and after
    /// an error.
    #[must_use]
    pub fn next(&self) -> Option<&O> {
        self.next.as_ref().filter(|_| self.pages_left > 0)
    }

    /// Returns the page to resume with; none at the end of the list. After an error it is the page
    /// that failed.
    #[must_use]
    pub fn resume_page(&self) -> Option<u64> {
        self.resume_page
    }

    /// Takes the result of the request and returns the page; none at the end of the list. An error
    /// ends the list.
    pub fn accept(
        &mut self,
        result: Result<O::Output, Error>,
    ) -> Option<Result<Page<O::Item>, Error>> {
        let request = self.next.take()?;
        self.pages_left = self.pages_left.saturating_sub(1);
        match result.and_then(|output| self.advance(request, output)) {
            Ok(Page { items, errors, repeated: 0, .. })
                if items.is_empty() && errors.is_empty() =>
            {
                None
            }
            page => Some(page),
        }
    }

    fn advance(&mut self, request: O, output: O::Output) -> Result<Page<O::Item>, Error> {
        let last = O::last_page(&output);
        let (mut items, errors) = O::into_items(output).into_parts();
        let (rows, number) = (items.len(), request.page_number());
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
            // A part of that page is no error: rows may have been inserted in front of the list.
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
        self.next = next.map(|next| request.with_page(next));
        let repeated = rows - items.len();
        Ok(Page { number, items, errors, repeated })
    }
}

/// What distinguishes a row from the others on its page.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Id(u64),
    /// The text of a row that cannot be decoded.
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
