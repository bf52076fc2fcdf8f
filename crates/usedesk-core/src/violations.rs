//! Rules for parameters, and the list of those that a request breaks.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::slice;
use std::vec;

use crate::limits::MAX_ID;
use crate::text::quote;

/// A rule for a parameter. `Display` writes it as a predicate: `must not be empty`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// Lower bound of a number.
    Minimum(u64),
    /// Upper bound of a number.
    Maximum(u64),
    /// Minimum length of a text, in characters.
    MinLength(usize),
    /// Maximum length of a text, in characters.
    MaxLength(usize),
    /// Maximum number of items.
    MaxCount(usize),
    /// The value must not be empty.
    NotEmpty,
    /// The environment variable must be set.
    Set,
    /// The text must not contain this character, which the wire format reserves.
    Without(char),
    /// The text must contain neither control characters nor whitespace.
    NoControlOrSpace,
    /// The value must appear only once.
    Unique,
    /// The request must change something.
    Change,
    /// Another rule, worded to follow "must", such as `"be a whole minute"`.
    Custom(Cow<'static, str>),
}

impl Rule {
    /// Returns the limit in the rule, if it has one.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        match *self {
            Self::Minimum(limit) | Self::Maximum(limit) => Some(limit),
            Self::MinLength(limit) | Self::MaxLength(limit) | Self::MaxCount(limit) => {
                u64::try_from(limit).ok()
            }
            _ => None,
        }
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minimum(limit) => write!(f, "must be at least {limit}"),
            Self::Maximum(limit) => write!(f, "must be at most {limit}"),
            Self::MinLength(1) => f.write_str("must have at least 1 character"),
            Self::MinLength(limit) => write!(f, "must have at least {limit} characters"),
            Self::MaxLength(limit) => write!(f, "must have at most {limit} characters"),
            Self::MaxCount(1) => f.write_str("must have at most 1 item"),
            Self::MaxCount(limit) => write!(f, "must have at most {limit} items"),
            Self::NotEmpty => f.write_str("must not be empty"),
            Self::Set => f.write_str("must be set"),
            Self::Without(character) => write!(f, "must not contain {character:?}"),
            Self::NoControlOrSpace => {
                f.write_str("must not contain control characters or whitespace")
            }
            Self::Unique => f.write_str("must appear only once"),
            Self::Change => f.write_str("must change something"),
            Self::Custom(rule) => write!(f, "must {rule}"),
        }
    }
}

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a violation. `found` describes the value; it is printed, so it must not hold a secret.
    ///
    /// The token is redacted in both texts. A token that may be a word is redacted only between
    /// double quotes, so quote text from outside: `format!("{text:?}")`.
    ///
    /// Pass an item of a parameter as `format_args!("lists[{id}]")`, which the check methods format
    /// only if a rule is broken.
    #[cold]
    pub fn push(&mut self, parameter: impl Display, rule: Rule, found: impl Into<String>) {
        self.0.push(Violation { parameter: parameter.to_string(), rule, found: found.into() });
    }

    /// Checks that an identifier is from 1 to [`MAX_ID`].
    #[inline]
    pub fn check_id(&mut self, parameter: impl Display, id: u64) {
        self.check_range(parameter, id, 1..=MAX_ID);
    }

    /// Checks that a number is in a range.
    #[inline]
    pub fn check_range(
        &mut self,
        parameter: impl Display,
        number: u64,
        range: RangeInclusive<u64>,
    ) {
        let (least, most) = range.into_inner();
        if number < least || number > most {
            let rule = if number < least { Rule::Minimum(least) } else { Rule::Maximum(most) };
            self.push(parameter, rule, number.to_string());
        }
    }

    /// Checks an optional identifier.
    pub(crate) fn check_optional_id(&mut self, parameter: &str, id: Option<u64>) {
        if let Some(id) = id {
            self.check_id(parameter, id);
        }
    }

    /// Checks that an optional number is at most [`MAX_ID`].
    pub(crate) fn check_number(&mut self, parameter: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.check_range(parameter, number, 0..=MAX_ID);
        }
    }

    /// Checks that the length of a text is in a range, in characters.
    #[inline]
    pub fn check_length(
        &mut self,
        parameter: impl Display,
        text: &str,
        range: RangeInclusive<usize>,
    ) {
        // A character has one to four bytes, so most texts need no count.
        let (least, most) = range.into_inner();
        if text.len().div_ceil(4) < least || text.len() > most {
            self.count_characters(parameter, text, least, most);
        }
    }

    #[cold]
    fn count_characters(&mut self, parameter: impl Display, text: &str, least: usize, most: usize) {
        let length = text.chars().count();
        if length < least || length > most {
            let rule = if length < least { Rule::MinLength(least) } else { Rule::MaxLength(most) };
            self.push(parameter, rule, length.to_string());
        }
    }

    /// Checks that an optional text is not empty and has at most `longest` characters.
    pub(crate) fn check_optional_length<T: AsRef<str>>(
        &mut self,
        parameter: &str,
        text: Option<T>,
        longest: usize,
    ) {
        if let Some(text) = text {
            self.check_length(parameter, text.as_ref(), 1..=longest);
        }
    }

    /// Checks that a text does not contain the character that separates values on the wire.
    #[inline]
    pub fn check_without(&mut self, parameter: impl Display, text: &str, separator: char) {
        if text.contains(separator) {
            self.push(parameter, Rule::Without(separator), quote(text));
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
