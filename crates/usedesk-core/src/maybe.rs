//! Setters of optional values, without breaking a chain.

/// Calls a setter only where there is a value: one method for every setter of every request and
/// builder.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::UpdateTicket;
/// use usedesk_core::{Maybe, TicketPriority};
///
/// fn update(subject: Option<String>, city: Option<&str>, silent: bool) -> UpdateTicket {
///     UpdateTicket::new(4501)
///         .priority(TicketPriority::Low)
///         .maybe(subject, UpdateTicket::subject)
///         // A setter with more arguments, or with none.
///         .maybe(city, |update, city| update.field(31, city))
///         .maybe(silent.then_some(()), |update, ()| update.silent())
/// }
/// # let letter = UpdateTicket::new(4501).priority(TicketPriority::Low).subject("Letter");
/// # assert_eq!(update(Some("Letter".into()), None, false), letter);
/// # assert_eq!(update(Some("Letter".into()), Some("Riga"), true), letter.field(31, "Riga").silent());
/// ```
pub trait Maybe: Sized {
    /// Calls the setter with the value. `None` changes nothing.
    #[must_use]
    fn maybe<T>(self, value: Option<T>, setter: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => setter(self, value),
            None => self,
        }
    }
}

impl<T> Maybe for T {}
