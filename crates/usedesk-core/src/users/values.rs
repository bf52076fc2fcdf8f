//! Values in the requests and responses of agents.

use crate::decode::open_enum;

/// Limit for the picture of an agent, in bytes: 15 MB (51415, 51416), taken as megabytes of 1,024
/// times 1,024 bytes. The same as for every other file, [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
pub const MAX_AVATAR_BYTES: usize = 15 * 1024 * 1024;

open_enum! {
    /// The role of an agent.
    pub enum UserRole {
        /// `admin`: an administrator.
        Admin = "admin",
        /// `employee`: a regular agent. The default.
        Employee = "employee",
        /// `support`
        Support = "support",
    }
}

open_enum! {
    /// The language of an agent's user interface.
    pub enum UiLanguage {
        /// `ru`. The default.
        Russian = "ru",
        /// `en`
        English = "en",
        /// `es`
        Spanish = "es",
        /// `kk`
        Kazakh = "kk",
        /// `pt-br`
        BrazilianPortuguese = "pt-br",
    }
}
