//! Setters, rules and the response shared by creating and updating a client.

use serde::{Deserialize, Serialize};

use crate::decode::lenient;
use crate::ids::ClientId;

/// Defines the setters and rules that both requests share.
///
/// A shared struct would have to be flattened, which serde does through a map.
macro_rules! shared_parameters {
    () => {
        /// Sets the name: `name`, at least one character.
        pub fn name(mut self, name: impl Into<String>) -> Self {
            self.name = Some(name.into());
            self
        }

        /// Adds an e-mail address to this request: `emails`. It must not be empty.
        pub fn email(mut self, email: impl Into<String>) -> Self {
            self.emails.push(email.into());
            self
        }

        /// Sets the e-mail addresses of this request and replaces those added before: see
        /// [`email`](Self::email). An empty list is not sent.
        pub fn emails<T: Into<String>>(mut self, emails: impl IntoIterator<Item = T>) -> Self {
            self.emails = emails.into_iter().map(Into::into).collect();
            self
        }

        /// Adds a messenger: `messengers`. Its identity has 1 to
        /// [`MAX_IDENTITY`](crate::clients::MAX_IDENTITY) characters.
        pub fn messenger(mut self, messenger: Messenger) -> Self {
            self.messengers.push(messenger);
            self
        }

        /// Sets the type of the [phone](Self::phone): `phone_type`.
        pub fn phone_type(mut self, phone_type: PhoneType) -> Self {
            self.phone_type = Some(phone_type);
            self
        }

        /// Adds a website: `sites`. It must not be empty.
        pub fn site(mut self, url: impl Into<String>) -> Self {
            self.sites.push(Site::new(url.into()));
            self
        }

        /// Sets the picture: `avatar`. The request is then multipart. Its size limit is not
        /// documented.
        pub fn avatar(mut self, picture: Attachment) -> Self {
            self.avatar = Some(picture);
            self
        }

        /// Sets whether the client is a VIP: `status_vip`, `true` or `0`, since PHP reads the word
        /// `false` as true. Cannot be combined with [`spammer`](Self::spammer), whatever the
        /// values.
        pub fn vip(mut self, is_vip: bool) -> Self {
            self.status_vip = Some(is_vip);
            self
        }

        /// Sets whether the client sends spam: `status_spam`, `true` or `0`. Cannot be combined
        /// with [`vip`](Self::vip), whatever the values.
        pub fn spammer(mut self, is_spammer: bool) -> Self {
            self.status_spam = Some(is_spammer);
            self
        }

        /// Sets the client's job: `position`.
        pub fn position(mut self, position: impl Into<String>) -> Self {
            self.position = Some(position.into());
            self
        }

        fn set_address(mut self, address: Address, new_address: Option<bool>) -> Self {
            self.has_address = true;
            self.client_country = address.country;
            self.client_city = address.city;
            self.client_address = address.street;
            self.new_address = new_address;
            self
        }

        /// Checks all rules. Those of the phone are in `check_phone`; `own` is the client to
        /// update.
        fn check_parameters(
            &self,
            own: Option<ClientId>,
            check_phone: fn(&str, &mut Violations),
            violations: &mut Violations,
        ) {
            violations.check_not_empty("name", &self.name);
            for (position, email) in self.emails.iter().enumerate() {
                violations.check_not_empty(format_args!("emails[{position}]"), email);
            }
            for (position, messenger) in self.messengers.iter().enumerate() {
                messenger.check(position, violations);
            }
            violations.check_not_empty("note", self.added_note());
            if let Some(phone) = &self.phone {
                check_phone(phone, violations);
            }
            violations.check_not_empty("phone_type", &self.phone_type);
            for (position, site) in self.sites.iter().enumerate() {
                site.check(position, violations);
            }
            if self.status_vip.is_some() && self.status_spam.is_some() {
                let rule = Rule::Custom("not be combined with status_spam".into());
                violations.push("status_vip", rule, "both");
            }
            violations.check_id("merge_id", self.merge_id);
            if let Some(own) = own.filter(|_| self.merge_id == own) {
                let rule = Rule::Custom("be a different client".into());
                violations.push("merge_id", rule, own.to_string());
            }
            violations.check_not_empty("client_country", &self.client_country);
            violations.check_not_empty("client_city", &self.client_city);
            violations.check_not_empty("client_address", &self.client_address);
            let address = [&self.client_country, &self.client_city, &self.client_address];
            if self.has_address && address.iter().all(|text| text.is_none()) {
                let found = "neither country, city nor street";
                violations.push("client_address", Rule::NotEmpty, found);
            }
        }
    };
}

pub(super) use shared_parameters;

/// Acknowledgement of a created or updated client; carries only the id.
/// [`GetClient`](super::GetClient) reads the client back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SavedClient {
    /// The id of the client.
    #[serde(deserialize_with = "lenient::id")]
    pub client_id: ClientId,
}
