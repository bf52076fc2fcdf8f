//! One binary for all integration tests: real sockets, real HTTP.

#![expect(clippy::unwrap_used, reason = "in the helpers of tests, too, a failure ends the test")]

mod agents;
mod channels;
mod chats;
mod client;
mod clients;
mod codes;
mod comments;
mod creation;
mod faults;
mod fields;
mod firing;
mod http;
mod interop;
mod knowledge_base;
#[cfg(target_os = "linux")] // as /proc is
mod memory;
mod parameters;
mod php;
mod program;
mod quirks;
mod reads;
mod recording;
mod tags;
mod tickets;
mod updates;
mod uploads;
