//! Enums that keep unknown values.

use std::fmt;

/// The value in `Other` of an open enum. It can be neither made nor matched by its content, so that
/// code which does so does not silently stop working when a new version gives the value a variant.
/// Make one with `from`, and read it with `as_str` or `number` of the enum.
///
/// # Examples
///
/// ```
/// use usedesk_core::TicketStatus;
///
/// fn is_archived(status: TicketStatus) -> bool {
///     status == TicketStatus::from(11) // also once 11 has a variant
/// }
/// # assert!(is_archived(TicketStatus::from(11)) && !is_archived(TicketStatus::Open));
/// ```
///
/// ```compile_fail,E0308
/// # use usedesk_core::TicketStatus;
/// fn is_archived(status: TicketStatus) -> bool {
///     matches!(status, TicketStatus::Other(11))
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown<T>(pub(crate) T);

impl<T: fmt::Debug> fmt::Debug for Unknown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Defines an open enum of strings: known variants and `Other`. It round-trips any string.
macro_rules! open_enum {
    (
        $(#[$doc:meta])+
        pub enum $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$doc])+
        ///
        /// An open enum: an unknown value is kept as `Other`. `from` gives a known value its own
        /// variant.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// A value that this version does not know. Compare it by `as_str`, or with `from`.
            Other($crate::decode::Unknown<Box<str>>),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other($crate::decode::Unknown(text)) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(&*text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Other($crate::decode::Unknown(text.into())),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::violations::AsText for $name {
            fn as_text(&self) -> Option<&str> {
                Some(self.as_str())
            }
        }

        impl $crate::decode::lenient::FromJson for $name {
            fn from_scalar(scalar: $crate::decode::lenient::Scalar<'_>) -> Option<Self> {
                scalar.word().as_deref().map(Self::from)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// Defines an open enum of numbers: known variants and `Other`. It round-trips any number.
macro_rules! open_number {
    (
        $(#[$doc:meta])+
        pub enum $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $number:literal,)+ }
    ) => {
        $(#[$doc])+
        ///
        /// An open enum: an unknown number is kept as `Other`. `from` gives a known number its own
        /// variant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// A number that this version does not know. Compare it by `number`, or with `from`.
            Other($crate::decode::Unknown<u64>),
        }

        impl $name {
            /// The number on the wire.
            #[must_use]
            pub fn number(self) -> u64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other($crate::decode::Unknown(number)) => number,
                }
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Other($crate::decode::Unknown(number)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.number())
            }
        }

        impl $crate::violations::AsNumber for $name {
            fn as_number(&self) -> Option<u64> {
                Some(self.number())
            }
        }

        impl $crate::decode::lenient::FromJson for $name {
            fn from_scalar(scalar: $crate::decode::lenient::Scalar<'_>) -> Option<Self> {
                scalar.id().map(Self::from)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::decode::lenient::number(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use {open_enum, open_number};
