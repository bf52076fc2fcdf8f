//! What the transport reported, as a chain of texts.

use std::error::Error as StdError;
use std::fmt;

use crate::secret::ApiToken;
use crate::text::cap;

/// Most texts that are kept of a chain.
const MAX_SOURCES: usize = 16;

/// A redacted copy of an error and of its sources. The errors themselves are not kept, since they
/// may contain the token.
#[derive(Debug)]
pub(super) struct Source {
    text: String,
    source: Option<Box<Source>>,
}

impl Source {
    pub(super) fn of(error: &dyn StdError, token: &ApiToken) -> Option<Self> {
        let mut sources = Vec::new();
        let mut next = error.source();
        while let Some(source) = next.filter(|_| sources.len() < MAX_SOURCES) {
            sources.push(cap(token.redact(&source.to_string())));
            next = source.source();
        }
        let chain = sources.into_iter().rev();
        chain.fold(None, |source, text| Some(Self { text, source: source.map(Box::new) }))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Source {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
