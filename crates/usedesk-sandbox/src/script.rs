//! The queue of scripted responses.

mod matcher;

pub(crate) use self::matcher::Matcher;
#[cfg(feature = "program")]
pub(crate) use self::matcher::text;

use crate::methods::Route;
use crate::received::Received;
use crate::scripted_response::ScriptedResponse;

/// Scripted responses in the order in which they were added. A request takes the first one that
/// matches it.
#[derive(Default)]
pub(crate) struct Script {
    entries: Vec<Scripted>,
    last_id: u64,
}

/// A scripted response in the queue.
#[derive(Clone)]
pub(crate) struct Scripted {
    pub(crate) id: u64,
    pub(crate) response: ScriptedResponse,
    /// How many requests took it.
    pub(crate) used: u64,
}

impl Script {
    /// Adds a response and returns its id.
    pub(crate) fn add(&mut self, response: ScriptedResponse) -> u64 {
        self.last_id += 1;
        self.entries.push(Scripted { id: self.last_id, response, used: 0 });
        self.last_id
    }

    /// Returns the response for a request, if any, with its id, and removes it once used up.
    pub(crate) fn take(
        &mut self,
        route: &Route<'_>,
        received: &Received,
    ) -> Option<(u64, ScriptedResponse)> {
        let matches = |entry: &Scripted| entry.response.matcher().matches(route, received);
        let at = self.entries.iter().position(matches)?;
        let entry = &mut self.entries[at];
        entry.used += 1;
        if entry.response.limit().is_some_and(|limit| entry.used >= limit) {
            let Scripted { id, response, .. } = self.entries.remove(at);
            return Some((id, response));
        }
        Some((entry.id, entry.response.clone()))
    }

    #[cfg(feature = "program")]
    pub(crate) fn entries(&self) -> &[Scripted] {
        &self.entries
    }

    /// Removes the response with this id; false if there is none.
    #[cfg(feature = "program")]
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != id);
        self.entries.len() < before
    }

    /// Removes all responses; ids continue.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
