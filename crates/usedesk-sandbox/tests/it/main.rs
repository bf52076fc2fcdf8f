//! One binary for all integration tests: real sockets, real HTTP.

#![expect(clippy::unwrap_used, reason = "in the helpers of tests, too, a failure ends the test")]

mod client;
mod clients;
mod comments;
mod creation;
mod faults;
mod fields;
mod http;
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
