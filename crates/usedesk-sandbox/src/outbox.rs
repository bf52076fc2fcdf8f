//! Webhooks that wait to be sent, in the order of the changes.

use std::collections::VecDeque;

use crate::delivery::Post;

/// How many webhooks wait for one URL.
const LIMIT: usize = 10_000;
/// Limit on the size of those that wait for one URL, in bytes.
const SIZE_LIMIT: usize = 32 * 1024 * 1024;

/// A queue for each URL, so that a slow server delays only its own webhooks.
#[derive(Default)]
pub(crate) struct Outbox {
    queues: Vec<Queue>,
}

struct Queue {
    url: String,
    posts: VecDeque<Post>,
    /// The size of all bodies, in bytes.
    size: usize,
    /// Whether a thread sends what is in it.
    is_sending: bool,
}

impl Outbox {
    /// Adds a webhook; returns it if too many wait already.
    pub(crate) fn push(&mut self, post: Post) -> Result<(), Post> {
        let at = self.queues.iter().position(|queue| queue.url == post.url);
        let at = at.unwrap_or_else(|| {
            let url = post.url.clone();
            self.queues.push(Queue { url, posts: VecDeque::new(), size: 0, is_sending: false });
            self.queues.len() - 1
        });
        let queue = &mut self.queues[at];
        if queue.posts.len() >= LIMIT || queue.size + post.body.len() > SIZE_LIMIT {
            return Err(post);
        }
        queue.size += post.body.len();
        queue.posts.push_back(post);
        Ok(())
    }

    /// Returns the URL of a queue that no thread sends from; the caller must start one.
    pub(crate) fn start(&mut self) -> Option<String> {
        let queue = self.queues.iter_mut().find(|queue| !queue.is_sending)?;
        queue.is_sending = true;
        Some(queue.url.clone())
    }

    /// Whether a queue has no thread yet.
    pub(crate) fn needs_thread(&self) -> bool {
        self.queues.iter().any(|queue| !queue.is_sending)
    }

    /// Takes the next webhook for a URL. After `None` its thread must end.
    pub(crate) fn next(&mut self, url: &str) -> Option<Post> {
        let at = self.queues.iter().position(|queue| queue.url == url)?;
        let queue = &mut self.queues[at];
        let post = queue.posts.pop_front();
        match &post {
            Some(post) => queue.size -= post.body.len(),
            None => {
                self.queues.swap_remove(at);
            }
        }
        post
    }

    /// How many wait or are being sent.
    #[cfg(feature = "program")]
    pub(crate) fn waiting(&self) -> usize {
        self.queues.iter().map(|queue| queue.posts.len() + usize::from(queue.is_sending)).sum()
    }

    /// Drops the webhooks that wait for URLs that are not kept.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        for queue in self.queues.iter_mut().filter(|queue| !is_kept(&queue.url)) {
            queue.posts.clear();
            queue.size = 0;
        }
    }
}
