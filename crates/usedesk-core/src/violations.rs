//! Checks of parameters, and the list of the rules that a request breaks.

use std::fmt::{self, Display, Write as _};
use std::ops::RangeInclusive;
use std::slice;
use std::vec;

use crate::date_time::Minute;
use crate::limits::MAX_ID;
use crate::text::quote;

pub use self::rule::Rule;
pub use self::values::{AsNumber, AsText};

mod rule;
mod values;

/// The parameter of a violation that concerns all of them together.
pub(crate) const ALL_PARAMETERS: &str = "(parameters)";

/// A parameter that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    parameter: String,
    rule: Rule,
    found: String,
}

impl Violation {
    /// Returns the wire name of the parameter, with the item where there may be several: `subject`,
    /// `field_value[31]`, `lists[72]`.
    ///
    /// `(parameters)` means all parameters together, and `(path)` the path of the operation.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// Returns the broken rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Returns the limit in the rule, if it has one.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.rule.limit()
    }

    /// Returns a description of the value that breaks the rule. Long texts are cut.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rule == Rule::Set {
            return write!(f, "environment variable {} is not set", self.parameter);
        }
        // An added parameter may have any name.
        if self.parameter.is_empty() || self.parameter.contains(char::is_whitespace) {
            write!(f, "{:?}", self.parameter)?;
        } else {
            write!(f, "{}", self.parameter.escape_debug())?;
        }
        write!(f, " {}, found {}", self.rule, self.found)
    }
}

/// All violations of a request or a configuration, in the order of its parameters.
///
/// # Examples
///
/// The check of an operation of your own:
///
/// ```
/// use usedesk_core::{Rule, UserId, Violations, quote};
///
/// struct CreateMacro {
///     name: String,
///     hotkey: Option<String>,
///     user_id: Option<UserId>,
/// }
///
/// impl CreateMacro {
///     fn check(&self, violations: &mut Violations) {
///         violations.check_length("name", &self.name, 1..=255);
///         if let Some(hotkey) = self.hotkey.as_deref().filter(|hotkey| !hotkey.is_ascii()) {
///             violations.push("hotkey", Rule::Custom("be ASCII".into()), quote(hotkey));
///         }
///         violations.check_id("user_id", self.user_id);
///     }
/// }
///
/// let request = CreateMacro { name: "Bye".into(), hotkey: Some("Я".into()), user_id: None };
/// let mut violations = Violations::default();
/// request.check(&mut violations);
/// assert_eq!(violations.to_string(), "hotkey must be ASCII, found \"Я\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation. `found` describes the value; it is printed, so it must not hold a secret.
    ///
    /// The token is redacted in both texts. A token that may be a word is redacted only between
    /// double quotes, so quote text from outside: `format!("{text:?}")`.
    ///
    /// Describe a text with [`quote`]. Pass an item of a parameter as `format_args!("lists[{id}]")`,
    /// which is formatted only if a rule is broken.
    pub fn push(&mut self, parameter: impl Display, rule: Rule, found: impl Into<String>) {
        self.0.push(Violation { parameter: parameter.to_string(), rule, found: found.into() });
    }

    /// Checks that an identifier is from 1 to [`MAX_ID`].
    pub fn check_id(&mut self, parameter: impl Display, id: impl AsNumber) {
        self.check_range(parameter, id, 1..=MAX_ID);
    }

    /// Checks that each identifier of a list is from 1 to [`MAX_ID`].
    pub fn check_ids(
        &mut self,
        parameter: impl Display,
        ids: impl IntoIterator<Item = impl AsNumber>,
    ) {
        for id in ids {
            self.check_id(&parameter, id);
        }
    }

    /// Checks that a number is in a range.
    pub fn check_range(
        &mut self,
        parameter: impl Display,
        number: impl AsNumber,
        range: RangeInclusive<u64>,
    ) {
        let Some(number) = number.as_number() else { return };
        let (least, most) = range.into_inner();
        if number < least {
            self.push(parameter, Rule::Minimum(least), number.to_string());
        } else if number > most {
            self.push(parameter, Rule::Maximum(most), number.to_string());
        }
    }

    /// Checks that a text is not empty.
    pub fn check_not_empty(&mut self, parameter: impl Display, text: impl AsText) {
        if text.as_text() == Some("") {
            self.push(parameter, Rule::NotEmpty, "an empty text");
        }
    }

    /// Checks that the length of a text is in a range, in characters. From 1, an empty text breaks
    /// [`Rule::NotEmpty`].
    pub fn check_length(
        &mut self,
        parameter: impl Display,
        text: impl AsText,
        range: RangeInclusive<usize>,
    ) {
        let Some(text) = text.as_text() else { return };
        let (least, most) = range.into_inner();
        let length = text.chars().count();
        if least == 1 {
            self.check_not_empty(&parameter, text);
        } else if length < least {
            self.push(&parameter, Rule::MinLength(least), length.to_string());
        }
        self.check_max_length(parameter, length, most);
    }

    fn check_max_length(&mut self, parameter: impl Display, length: usize, most: usize) {
        if length > most {
            self.push(parameter, Rule::MaxLength(most), length.to_string());
        }
    }

    /// Checks that values that are sent as one text have at most `most` characters, with a
    /// separator between them.
    pub fn check_joined_length(
        &mut self,
        parameter: impl Display,
        values: impl IntoIterator<Item = impl Display>,
        separator: &str,
        most: usize,
    ) {
        let (mut length, mut count) = (CharCount(0), 0_usize);
        for value in values {
            // Fails only if the value cannot be formatted.
            let _ = write!(length, "{value}");
            count += 1;
        }
        let separators = separator.chars().count() * count.saturating_sub(1);
        self.check_max_length(parameter, length.0 + separators, most);
    }

    /// Checks that a text does not contain the character that separates values on the wire.
    pub fn check_without(&mut self, parameter: impl Display, text: impl AsText, separator: char) {
        match text.as_text() {
            Some(text) if text.contains(separator) => {
                self.push(parameter, Rule::Without(separator), quote(text));
            }
            _ => {}
        }
    }

    /// Checks the minute of a filter: it must be in the year 0 or later.
    pub fn check_minute(&mut self, parameter: impl Display, minute: impl Into<Option<Minute>>) {
        if let Some(minute) = minute.into().filter(|minute| !minute.has_plain_year()) {
            let rule = Rule::Custom("be in the year 0 or later".into());
            self.push(parameter, rule, minute.to_string());
        }
    }

    /// Checks that a request changes something.
    pub fn check_change(&mut self, changes_something: bool) {
        if !changes_something {
            self.push(ALL_PARAMETERS, Rule::Change, "nothing to change");
        }
    }

    /// Returns whether there are no violations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of violations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Iterates over the violations.
    pub fn iter(&self) -> slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl Violations {
    /// Maps every parameter name and every found value.
    pub(crate) fn map_texts(
        mut self,
        parameter: impl Fn(&str) -> String,
        found: impl Fn(&str) -> String,
    ) -> Self {
        for violation in &mut self.0 {
            violation.parameter = parameter(&violation.parameter);
            violation.found = found(&violation.found);
        }
        self
    }
}

impl Extend<Violation> for Violations {
    fn extend<I: IntoIterator<Item = Violation>>(&mut self, violations: I) {
        self.0.extend(violations);
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, violation) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        Ok(())
    }
}

/// Counts the characters that are written to it.
struct CharCount(usize);

impl fmt::Write for CharCount {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().count();
        Ok(())
    }
}
