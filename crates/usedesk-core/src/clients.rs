//! Clients: the customers who write to the help desk.

mod create;
mod get;
mod list;
mod parameters;
mod shared;
mod update;
mod values;

pub use create::{CreateClient, MAX_PHONE_DIGITS, MIN_PHONE_DIGITS};
pub use get::contacts::{
    ClientAddress, ClientEmail, ClientMessenger, ClientPhone, ClientSite, SocialProfile,
};
pub use get::{Client, ClientCompany, GetClient};
pub use list::{ClientRow, ListClients, SearchType};
pub use parameters::{Address, MAX_IDENTITY, Messenger};
pub use shared::SavedClient;
pub use update::UpdateClient;
pub use values::{AddressType, MessengerType, PhoneType, SocialNetwork};
