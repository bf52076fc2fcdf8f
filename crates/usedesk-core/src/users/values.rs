//! The values that parameters and answers of agents take.

use crate::decode::open_enum;

/// The largest picture of an agent, in bytes: 15 MB (51415, 51416). Which megabyte is meant is not
/// documented; it is also the limit of every other file, [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
pub const MAX_AVATAR_BYTES: usize = 15 * 1024 * 1024;

open_enum! {
    /// What an agent may do.
    pub enum UserRole {
        /// `admin`: everything.
        Admin = "admin",
        /// `employee`: an ordinary agent. The default.
        Employee = "employee",
        /// `support`
        Support = "support",
    }
}

open_enum! {
    /// The language of what an agent sees.
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
