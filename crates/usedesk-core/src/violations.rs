//! What is wrong with a request, all of it at once.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::slice;
use std::vec;

use crate::limits::MAX_ID;
use crate::text::quote;

/// A rule that a parameter breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The number is at least this.
    Minimum(u64),
    /// The number is at most this.
    Maximum(u64),
    /// The text, counted in characters and not in bytes, is at least this long.
    MinLength(usize),
    /// The text, counted in characters and not in bytes, is at most this long.
    MaxLength(usize),
    /// At most so many are allowed.
    MaxCount(usize),
    /// It is not empty.
    NotEmpty,
    /// The environment variable is set.
    Set,
    /// The text has no such character, because the wire cannot carry it.
    Without(char),
    /// There is neither a control character nor white space.
    NoControlOrSpace,
    /// It is given once.
    Unique,
    /// The request changes something.
    Change,
    /// Another rule, in words that follow "must": `"be written in a form"`.
    Custom(Cow<'static, str>),
}

impl Rule {
    /// The number in the rule, where it has one.
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
            Self::MaxCount(limit) => write!(f, "must be at most {limit} in number"),
            Self::NotEmpty => f.write_str("must not be empty"),
            Self::Set => f.write_str("must be set"),
            Self::Without(character) => write!(f, "must not contain {character:?}"),
            Self::NoControlOrSpace => {
                f.write_str("must not contain control characters or white space")
            }
            Self::Unique => f.write_str("must be given once"),
            Self::Change => f.write_str("must change something"),
            Self::Custom(rule) => write!(f, "must {rule}"),
        }
    }
}

/// One parameter that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    parameter: String,
    rule: Rule,
    found: String,
}

impl Violation {
    /// The parameter as it is called on the wire, where needed with the item meant:
    /// `subject`, `field_value[31]`, `lists[72]`.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The number in the rule, where it has one.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.rule.limit()
    }

    /// What was found instead, in words; long texts are shortened.
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
        // A name may be any text that a user added.
        if self.parameter.is_empty() || self.parameter.contains(char::is_whitespace) {
            write!(f, "{:?}", self.parameter)?;
        } else {
            write!(f, "{}", self.parameter.escape_debug())?;
        }
        write!(f, " {}, found {}", self.rule, self.found)
    }
}

/// Everything that is wrong with a request, in a fixed order: that of its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Notes that `parameter` breaks `rule`. Do not put a secret into `found`: it is printed.
    ///
    /// The token is replaced in both. One that may be a word is replaced between double quotes
    /// only, so quote texts of others: `format!("{text:?}")`.
    ///
    /// For a part of a parameter, `format_args!("lists[{id}]")` costs nothing where no rule is
    /// broken.
    #[cold]
    pub fn push(&mut self, parameter: impl Display, rule: Rule, found: impl Into<String>) {
        self.0.push(Violation { parameter: parameter.to_string(), rule, found: found.into() });
    }

    /// Checks an identifier: from 1 to [`MAX_ID`].
    #[inline]
    pub fn check_id(&mut self, parameter: impl Display, id: u64) {
        self.check_range(parameter, id, 1..=MAX_ID);
    }

    /// Checks a number.
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

    /// Checks an identifier that may be left out.
    pub(crate) fn check_optional_id(&mut self, parameter: &str, id: Option<u64>) {
        if let Some(id) = id {
            self.check_id(parameter, id);
        }
    }

    /// Checks a number from 0, which ends where identifiers do.
    pub(crate) fn check_number(&mut self, parameter: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.check_range(parameter, number, 0..=MAX_ID);
        }
    }

    /// Checks the length of a text, in characters.
    #[inline]
    pub fn check_length(
        &mut self,
        parameter: impl Display,
        text: &str,
        range: RangeInclusive<usize>,
    ) {
        // No character has less than one byte or more than four; most texts need no count.
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

    /// Checks the length of a text that may be left out, but is not empty.
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

    /// Checks that a text does not have a character that separates values on the wire.
    #[inline]
    pub fn check_without(&mut self, parameter: impl Display, text: &str, separator: char) {
        if text.contains(separator) {
            self.push(parameter, Rule::Without(separator), quote(text));
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// They, one by one.
    pub fn iter(&self) -> slice::Iter<'_, Violation> {
        self.0.iter()
    }
}

impl Violations {
    /// Replaces every parameter name, which may be any text that a user added, and every found
    /// value.
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
