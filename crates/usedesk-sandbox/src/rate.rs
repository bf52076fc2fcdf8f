//! Counts the requests of the last minute.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Limit on counted tokens and addresses. Those beyond it share a count.
const TOKENS: usize = 1_000;

/// The times of accepted requests, by token or address.
#[derive(Default)]
pub(crate) struct Rate {
    accepted: HashMap<String, VecDeque<Instant>>,
}

impl Rate {
    /// Accepts a request, or returns how long the client must wait. Rejected requests do not count.
    pub(crate) fn accept(
        &mut self,
        token: &str,
        per_minute: u32,
        now: Instant,
    ) -> Result<(), Duration> {
        if !self.accepted.contains_key(token) && self.accepted.len() >= TOKENS {
            self.accepted.retain(|_, times| times.back().is_some_and(|last| now < *last + WINDOW));
        }
        let is_full = self.accepted.len() >= TOKENS && !self.accepted.contains_key(token);
        let token = if is_full { "" } else { token };
        let times = self.accepted.entry(token.to_owned()).or_default();
        while times.front().is_some_and(|first| *first + WINDOW <= now) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= per_minute as usize => Err(*first + WINDOW - now),
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_minute_has_at_most_the_limit() {
        let (mut rate, start) = (Rate::default(), Instant::now());
        let mut accept =
            |token: &str, second: u64| rate.accept(token, 3, start + Duration::from_secs(second));
        assert_eq!([0, 10, 20].map(|second| accept("a", second)), [Ok(()); 3]);
        assert_eq!(accept("a", 30), Err(Duration::from_secs(30)));
        assert_eq!(accept("b", 30), Ok(()));
        assert_eq!(accept("a", 59), Err(Duration::from_secs(1)));
        assert_eq!(accept("a", 60), Ok(()));
        assert_eq!(accept("a", 61), Err(Duration::from_secs(9)));
        assert_eq!([200, 200, 200].map(|second| accept("a", second)), [Ok(()); 3]);
        assert_eq!(accept("a", 200), Err(WINDOW));
    }

    #[test]
    fn the_number_of_tokens_is_bounded() {
        let (mut rate, now) = (Rate::default(), Instant::now());
        for number in 0..3 * TOKENS {
            let _ = rate.accept(&number.to_string(), 1, now);
        }
        assert!(rate.accepted.len() <= TOKENS + 1);
        let _ = rate.accept("later", 1, now + 2 * WINDOW);
        assert_eq!(rate.accepted.len(), 1);
    }
}
