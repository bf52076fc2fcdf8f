//! Events that were sent, bounded in number and size.

#[cfg(feature = "program")]
mod json;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::http::EventResponse;
use crate::journal;

/// How many deliveries are kept.
const LIMIT: usize = 1_000;
/// Limit on the size of all deliveries together, in bytes.
const SIZE_LIMIT: usize = 32 * 1024 * 1024;
/// How much of the body of a response is kept, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// An event that was sent to a server, and its response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The position in the order of all deliveries, starting at 1.
    pub id: u64,
    /// When it was sent: `2026-11-02T09:15:00.125Z`.
    pub time: String,
    /// The name of the event, such as `ticket_created`.
    pub event: &'static str,
    /// The URL it was sent to.
    pub url: String,
    /// The `Content-Type` of the body.
    pub content_type: String,
    /// The body that was sent.
    pub body: Vec<u8>,
    /// The HTTP status of the response; `None` without a response.
    pub status: Option<u16>,
    /// The first 64 KB of the body of the response.
    pub response: Vec<u8>,
    /// Why there is no response.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// An event to send.
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) event: &'static str,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Post {
    /// Sends the event with `send`. The id of the delivery is 0 until it is added to [`Deliveries`].
    pub(crate) fn deliver(
        self,
        send: impl FnOnce(&Self) -> io::Result<EventResponse>,
    ) -> (io::Result<EventResponse>, Delivery) {
        let (time, start) = (Timestamp::now(), Instant::now());
        let result = send(&self);
        let Self { url, event, content_type, body } = self;
        let (status, response, error) = match &result {
            Ok(response) => {
                let kept = response.body[..response.body.len().min(BODY_LIMIT)].to_vec();
                (Some(response.status), kept, None)
            }
            Err(error) => (None, Vec::new(), Some(error.to_string())),
        };
        let time = journal::to_text(time);
        let duration = start.elapsed();
        let delivery = Delivery {
            id: 0,
            time,
            event,
            url,
            content_type,
            body,
            status,
            response,
            error,
            duration,
        };
        (result, delivery)
    }
}

impl Delivery {
    fn size(&self) -> usize {
        512 + self.url.len() + self.body.len() + self.response.len()
    }
}

/// The latest deliveries, oldest first.
#[derive(Default)]
pub(crate) struct Deliveries {
    entries: VecDeque<Arc<Delivery>>,
    size: usize,
    last_id: u64,
}

impl Deliveries {
    /// Adds a delivery, sets its id, and drops the oldest ones beyond the limits.
    pub(crate) fn add(&mut self, mut delivery: Delivery) -> Arc<Delivery> {
        self.last_id += 1;
        delivery.id = self.last_id;
        let delivery = Arc::new(delivery);
        self.size += delivery.size();
        self.entries.push_back(Arc::clone(&delivery));
        while self.entries.len() > LIMIT || (self.size > SIZE_LIMIT && self.entries.len() > 1) {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.size -= oldest.size();
        }
        delivery
    }

    /// Iterates over the deliveries with a larger id.
    pub(crate) fn after(&self, id: u64) -> impl Iterator<Item = &Arc<Delivery>> {
        self.entries.iter().skip(self.entries.partition_point(|entry| entry.id <= id))
    }

    #[cfg(feature = "program")]
    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }

    /// Deletes all deliveries; ids continue.
    #[cfg(feature = "program")]
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.size = 0;
    }
}
