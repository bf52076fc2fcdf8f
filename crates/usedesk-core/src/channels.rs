//! Channels: the ways in which tickets arrive.

mod list;

pub use list::{Channel, ChannelType, ListChannels};
