//! Values in the requests and responses of clients.

use crate::decode::open_enum;

open_enum! {
    /// The type of a messenger.
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
        /// `other`: a known value, unlike [`Other`](Self::Other).
        Unspecified = "other",
    }
}

open_enum! {
    /// A social network. The values are undocumented, seen in public clients of the API.
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
        /// `other`: a known value, unlike [`Other`](Self::Other).
        Unspecified = "other",
    }
}

open_enum! {
    /// The type of an address. The values are undocumented, seen in public clients of the API.
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
    /// The type of a phone.
    pub enum PhoneType {
        /// `home`
        Home = "home",
        /// `mobile`
        Mobile = "mobile",
        /// `stationary`
        Stationary = "stationary",
        /// `fax`
        Fax = "fax",
        /// `other`: a known value, unlike [`Other`](Self::Other).
        Unspecified = "other",
    }
}
