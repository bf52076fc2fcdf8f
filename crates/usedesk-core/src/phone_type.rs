//! The kind of a phone number.

use crate::open_enum::open_enum;

open_enum! {
    /// What kind of phone number it is.
    pub enum PhoneType {
        /// `home`
        Home = "home",
        /// `mobile`
        Mobile = "mobile",
        /// `stationary`
        Stationary = "stationary",
        /// `fax`
        Fax = "fax",
        /// `other` (of [`Other`](Self::Other) the difference is that it is known).
        Unspecified = "other",
    }
}
