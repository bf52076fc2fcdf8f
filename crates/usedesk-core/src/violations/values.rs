//! What can be checked: numbers and texts, and options of them.

/// A number to check: a `u64`, an identifier, an open enum of numbers, or an `Option` of them. `None`
/// breaks no rule.
///
/// Implement it for an identifier type of your own. Convert other integers to `u64`, the only one
/// with this trait, so that literals need no suffix.
///
/// # Examples
///
/// ```
/// use usedesk_core::{AsNumber, TicketId, Violations};
///
/// struct MacroId(u64);
///
/// impl AsNumber for MacroId {
///     fn as_number(&self) -> Option<u64> {
///         Some(self.0)
///     }
/// }
///
/// let mut violations = Violations::default();
/// violations.check_id("ticket_id", TicketId(4501));
/// violations.check_id("macro_id", Some(MacroId(0)));
/// violations.check_range("count", 7, 1..=100);
/// assert_eq!(violations.to_string(), "macro_id must be at least 1, found 0");
/// ```
pub trait AsNumber {
    /// Returns the number, or `None` where there is none to check.
    fn as_number(&self) -> Option<u64>;
}

impl AsNumber for u64 {
    fn as_number(&self) -> Option<u64> {
        Some(*self)
    }
}

impl<T: AsNumber> AsNumber for Option<T> {
    fn as_number(&self) -> Option<u64> {
        self.as_ref()?.as_number()
    }
}

impl<T: AsNumber + ?Sized> AsNumber for &T {
    fn as_number(&self) -> Option<u64> {
        (**self).as_number()
    }
}

/// A text to check: `str`, `String`, an open enum of texts, or an `Option` of them. `None` breaks
/// no rule.
///
/// # Examples
///
/// ```
/// use usedesk_core::{TicketPriority, Violations};
///
/// let subject: Option<String> = Some(String::new());
/// let mut violations = Violations::default();
/// violations.check_length("subject", &subject, 1..=255);
/// violations.check_not_empty("priority", TicketPriority::Urgent);
/// violations.check_without("tag", "billing, refund", ',');
/// assert_eq!(
///     violations.to_string(),
///     "subject must not be empty, found an empty text; \
///      tag must not contain ',', found \"billing, refund\""
/// );
/// ```
pub trait AsText {
    /// Returns the text, or `None` where there is none to check.
    fn as_text(&self) -> Option<&str>;
}

impl AsText for str {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl AsText for String {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: AsText> AsText for Option<T> {
    fn as_text(&self) -> Option<&str> {
        self.as_ref()?.as_text()
    }
}

impl<T: AsText + ?Sized> AsText for &T {
    fn as_text(&self) -> Option<&str> {
        (**self).as_text()
    }
}
