//! A handle's configuration: what its builder collects, and what it becomes once checked.

pub use self::checked::CheckedConfig;
pub use self::preview::Preview;
pub use self::proxy::Proxy;
pub use self::settings::{BASE_URL_VARIABLE, BuilderSettings, TOKEN_VARIABLE};

pub mod base_url;
mod checked;
mod host;
mod preview;
mod proxy;
mod setters;
mod settings;
