//! Rules for parameters.

use std::borrow::Cow;
use std::fmt::{self, Display};

/// A rule for a parameter. `Display` writes it as a predicate: `must not be empty`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// Lower bound of a number.
    Minimum(u64),
    /// Upper bound of a number.
    Maximum(u64),
    /// Minimum length of a text, in characters. [`NotEmpty`](Self::NotEmpty) means 1.
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
    /// Another rule, worded to follow "must", such as `"be ASCII"`.
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
            Self::NotEmpty | Self::MinLength(1) => f.write_str("must not be empty"),
            Self::MinLength(limit) => write!(f, "must have at least {limit} characters"),
            Self::MaxLength(limit) => write!(f, "must have at most {limit} characters"),
            Self::MaxCount(1) => f.write_str("must have at most 1 item"),
            Self::MaxCount(limit) => write!(f, "must have at most {limit} items"),
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
