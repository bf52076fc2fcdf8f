//! Ways in which a server may count requests per minute.

use std::collections::VecDeque;
use std::time::Duration;

/// The documented number of requests per minute.
pub const LIMIT: u32 = 150;

const MINUTE: Duration = Duration::from_secs(60);

/// The shortest time between two requests under [`Rule::Spacing`].
pub const SPACING: Duration = Duration::from_millis(400);

/// A counting rule. The documentation gives the limit but not the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// No limit.
    Unlimited,
    /// [`LIMIT`] in each minute of the clock.
    FixedClock,
    /// [`LIMIT`] in a minute that starts with the first request after the last such minute.
    FixedFromFirst,
    /// [`LIMIT`] accepted requests in any minute.
    SlidingLog,
    /// [`LIMIT`], with the previous minute weighted by its part in the last 60 seconds.
    TwoBuckets,
    /// At least [`SPACING`] between two requests.
    Spacing,
}

impl Rule {
    /// The rules that count requests per minute.
    pub const PER_MINUTE: [Self; 4] =
        [Self::FixedClock, Self::FixedFromFirst, Self::SlidingLog, Self::TwoBuckets];
}

/// Counts requests by a rule.
pub(crate) struct Limiter {
    rule: Rule,
    /// How long before the simulation the server's minute started.
    phase: Duration,
    begun: Option<Duration>,
    count: u32,
    before: u32,
    log: VecDeque<Duration>,
}

impl Limiter {
    pub(crate) fn new(rule: Rule, phase: Duration) -> Self {
        Self { rule, phase, begun: None, count: 0, before: 0, log: VecDeque::new() }
    }

    /// Accepts a request, or returns the time until the next one is accepted.
    pub(crate) fn accept(&mut self, now: Duration) -> Result<(), Duration> {
        match self.rule {
            Rule::Unlimited => Ok(()),
            Rule::FixedClock => {
                self.turn_to(self.minute_of(now));
                self.count_up(now)
            }
            Rule::FixedFromFirst => {
                if self.begun.is_none_or(|begun| now >= begun + MINUTE) {
                    self.turn_to(now);
                }
                self.count_up(now)
            }
            Rule::SlidingLog => {
                while self.log.front().is_some_and(|&first| first + MINUTE <= now) {
                    self.log.pop_front();
                }
                match self.log.front() {
                    Some(&first) if self.log.len() >= LIMIT as usize => {
                        Err((first + MINUTE).saturating_sub(now))
                    }
                    _ => {
                        self.log.push_back(now);
                        Ok(())
                    }
                }
            }
            Rule::TwoBuckets => {
                self.turn_to(self.minute_of(now));
                let into = (now + self.phase).saturating_sub(self.begun.unwrap_or_default());
                let left = 1.0 - into.div_duration_f64(MINUTE);
                if f64::from(self.before) * left + f64::from(self.count) >= f64::from(LIMIT) {
                    return Err(Duration::from_secs(1));
                }
                self.count += 1;
                Ok(())
            }
            Rule::Spacing => {
                let last = self.begun.replace(now);
                let wait = last.map_or(Duration::ZERO, |last| (last + SPACING).saturating_sub(now));
                if wait.is_zero() { Ok(()) } else { Err(wait) }
            }
        }
    }

    /// Returns when the current minute started, on the server's clock.
    fn minute_of(&self, now: Duration) -> Duration {
        let seconds = (now + self.phase).as_secs();
        Duration::from_secs(seconds - seconds % MINUTE.as_secs())
    }

    fn turn_to(&mut self, begun: Duration) {
        if self.begun == Some(begun) {
            return;
        }
        let is_next = self.begun.is_some_and(|before| before + MINUTE == begun);
        self.before = if is_next { self.count } else { 0 };
        (self.begun, self.count) = (Some(begun), 0);
    }

    /// Counts a request, including rejected ones.
    fn count_up(&mut self, now: Duration) -> Result<(), Duration> {
        self.count += 1;
        if self.count <= LIMIT {
            return Ok(());
        }
        let phase = if self.rule == Rule::FixedClock { self.phase } else { Duration::ZERO };
        let ends = self.begun.unwrap_or_default() + MINUTE;
        Err(ends.saturating_sub(now + phase))
    }
}
