//! The private types of `serde_json`, each a struct with one field of a reserved name.
//!
//! Any crate in the program can enable features of `serde_json` that change how its values are
//! serialized. What is sent must not depend on that.

/// A private type of `serde_json`.
#[derive(Clone, Copy)]
pub(super) enum PrivateType {
    /// The text of a number, with the feature `arbitrary_precision`.
    Number,
    /// JSON text, with the feature `raw_value`.
    RawValue,
}

impl PrivateType {
    /// Returns the type that a struct or a field of this name stands for.
    #[inline]
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.strip_prefix("$serde_json::private::")? {
            "Number" => Some(Self::Number),
            "RawValue" => Some(Self::RawValue),
            _ => None,
        }
    }
}
