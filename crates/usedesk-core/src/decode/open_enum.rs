//! Enums that survive a value nobody knew of when they were written.

/// Defines an open enum of texts: known variants and `Other`, read and written without loss.
macro_rules! open_enum {
    (
        $(#[$doc:meta])+
        pub enum $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$doc])+
        ///
        /// An open set: a value that is not known here is kept as `Other`. Convert with
        /// `from`, which gives a known value its own variant; equality goes by the text.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// A value that this version does not know.
            Other(Box<str>),
        }

        impl $name {
            /// The value as it is called on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        // By value, so that a known value written as `Other` is the same.
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

        impl $crate::decode::lenient::FromJson for $name {
            fn from_scalar(scalar: $crate::decode::lenient::Scalar<'_>) -> Option<Self> {
                scalar.word().as_deref().map(Self::from)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a text")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// Defines an open enum of numbers: known variants and `Other`, read and written without loss.
macro_rules! open_number {
    (
        $(#[$doc:meta])+
        pub enum $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $number:literal,)+ }
    ) => {
        $(#[$doc])+
        ///
        /// An open set: a number that is not known here is kept as `Other`. Convert with `from`,
        /// which gives a known number its own variant; equality goes by the number.
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

        // By number, so that a known one written as `Other` is the same.
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
