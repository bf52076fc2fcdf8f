//! The values that client parameters and answers take.

use crate::decode::open_enum;

open_enum! {
    /// What kind of messenger a client has.
    pub enum MessengerType {
        /// `telegram`
        Telegram = "telegram",
        /// `whatsapp`
        WhatsApp = "whatsapp",
        /// `viber`
        Viber = "viber",
        /// `skype`
        Skype = "skype",
        /// `gtalk`
        GTalk = "gtalk",
        /// `imessage`
        IMessage = "imessage",
        /// `other` (of [`Other`](Self::Other) the difference is that it is known).
        Unspecified = "other",
    }
}

open_enum! {
    /// Where a client has a profile. Public clients of the API show these; no page lists them.
    pub enum SocialNetwork {
        /// `twitter`
        Twitter = "twitter",
        /// `facebook`
        Facebook = "facebook",
        /// `vk`
        Vk = "vk",
        /// `ok`
        Ok = "ok",
        /// `instagram`
        Instagram = "instagram",
        /// `youtube`
        YouTube = "youtube",
        /// `gplus`: Google+.
        GooglePlus = "gplus",
        /// `other` (of [`Other`](Self::Other) the difference is that it is known).
        Unspecified = "other",
    }
}

open_enum! {
    /// What an address is for. Public clients of the API show these; no page lists them.
    pub enum AddressType {
        /// `home`
        Home = "home",
        /// `work`
        Work = "work",
        /// `postal`
        Postal = "postal",
    }
}

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
