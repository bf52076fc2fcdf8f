//! Enums that keep unknown values.

/// Defines an open enum of strings: known variants and `Other`. It round-trips any string.
macro_rules! open_enum {
    (
        $(#[$doc:meta])+
        pub enum $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$doc])+
        ///
        /// An open enum: an unknown value is kept as `Other`. `from` gives a known value its own
        /// variant. Values are compared by their text.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// A value that this version does not know.
            Other(Box<str>),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        // By text, so that a known value in `Other` equals its own variant.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
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
                    _ => Self::Other(text.into()),
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
        /// variant. Values are compared by their number.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// A number that this version does not know.
            Other(u64),
        }

        impl $name {
            /// The number on the wire.
            #[must_use]
            pub fn number(self) -> u64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(number) => number,
                }
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Other(number),
                }
            }
        }

        // By number, so that a known number in `Other` equals its own variant.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.number() == other.number()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.number().hash(state);
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
