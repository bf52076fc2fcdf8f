//! The client of a new ticket.

use crate::clients::PhoneType;
use crate::ids::ClientId;
use crate::tickets::parameters::TicketClient;

use super::CreateTicket;

impl CreateTicket {
    /// Sets the client's name: `client_name`, at most
    /// [`MAX_CLIENT_TEXT`](crate::tickets::MAX_CLIENT_TEXT) characters.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = Some(name.into());
        self
    }

    /// Sets the client's e-mail address: `client_email`, at most
    /// [`MAX_CLIENT_TEXT`](crate::tickets::MAX_CLIENT_TEXT) characters.
    pub fn client_email(mut self, email: impl Into<String>) -> Self {
        self.client_email = Some(email.into());
        self
    }

    /// Sets an existing client: `client_id`.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(TicketClient::Existing(client.into()));
        self
    }

    /// Creates a new client, even if one with the same e-mail address exists: `client_id`, the word
    /// `new_client`.
    pub fn new_client(mut self) -> Self {
        self.client_id = Some(TicketClient::NEW);
        self
    }

    /// Sets the client's company, which the server finds or creates by name: `company_name`, at
    /// most [`MAX_CLIENT_TEXT`](crate::tickets::MAX_CLIENT_TEXT) characters. The client leaves any
    /// other company.
    pub fn company(mut self, name: impl Into<String>) -> Self {
        self.company_name = Some(name.into());
        self
    }

    /// Sets the client's phone number: `client_phone`, digits with the country code, at most
    /// [`MAX_CLIENT_TEXT`](crate::tickets::MAX_CLIENT_TEXT) characters. The server stores it for a
    /// new client only; a WhatsApp channel sends the message to it.
    ///
    /// At least one digit is required. The page asks for digits only. Whether the server accepts a
    /// plus sign and spaces, `+371 2000 0000`, is not documented, so they are allowed here.
    pub fn client_phone(mut self, phone: impl Into<String>) -> Self {
        self.client_phone = Some(phone.into());
        self
    }

    /// Sets the type of [`client_phone`](Self::client_phone): `phone_type`. Undocumented, seen in
    /// public clients.
    pub fn phone_type(mut self, phone_type: PhoneType) -> Self {
        self.phone_type = Some(phone_type);
        self
    }

    /// Sets the client's country: `client_country`, at least one character. Undocumented, seen in
    /// public clients.
    pub fn client_country(mut self, country: impl Into<String>) -> Self {
        self.client_country = Some(country.into());
        self
    }

    /// Sets the client's city: `client_city`, at least one character. Undocumented, seen in public
    /// clients.
    pub fn client_city(mut self, city: impl Into<String>) -> Self {
        self.client_city = Some(city.into());
        self
    }

    /// Sets the client's address: `client_address`, at least one character. Undocumented, seen in
    /// public clients.
    pub fn client_address(mut self, address: impl Into<String>) -> Self {
        self.client_address = Some(address.into());
        self
    }

    /// Adds the address to those of the client instead of changing the current one: `new_address`.
    pub fn new_address(mut self) -> Self {
        self.new_address = Some(true);
        self
    }
}
