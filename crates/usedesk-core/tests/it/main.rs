//! What this crate promises, judged from the outside.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod api_errors;
mod channels;
mod chats;
mod checks;
mod clients;
#[cfg(feature = "gzip")]
mod content_codings;
mod damage;
mod dates;
mod encoding;
mod engine;
mod errors;
mod fields;
mod files;
mod groups;
mod input;
mod judged_by_php;
mod knowledge_base;
mod large_files;
mod lenience;
mod pagination;
mod private_names;
mod queue;
mod raw_operation;
mod raw_parameters;
mod recording;
mod responses;
mod retry_after;
mod retry_budget;
mod secrets;
mod settings;
mod shared_limit;
mod stops;
mod support;
mod tags;
mod testing;
mod ticket_creation;
mod ticket_lists;
mod tickets;
mod updates;
mod users;
mod values;
#[cfg(feature = "webhooks")]
mod webhooks;
