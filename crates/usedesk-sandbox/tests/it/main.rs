//! All integration tests, in one binary, over real sockets.

#![expect(clippy::unwrap_used, reason = "a panic in a helper fails the test")]

mod agents;
mod building;
mod channels;
mod chats;
mod client;
mod clients;
mod codes;
mod comments;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "program")]
mod control;
mod creation;
#[cfg(feature = "program")]
mod end_to_end;
mod fields;
mod firing;
#[cfg(all(feature = "program", target_os = "linux"))] // as /proc is
mod hostile;
mod http;
mod interop;
mod knowledge_base;
#[cfg(all(feature = "program", target_os = "linux"))] // as /proc is
mod memory;
mod parameters;
mod php;
#[cfg(feature = "program")]
mod program;
mod quirks;
mod reads;
mod recording;
mod scripted_responses;
mod tags;
mod tickets;
mod updates;
mod uploads;
mod webhooks;
