//! Wire formats that several methods share.

use serde::Serializer;
use serde_with::SerializeAs;
use serde_with::formats::Separator;

/// Between tags, which are sent as one text.
pub(crate) struct CommaAndSpace;

impl Separator for CommaAndSpace {
    fn separator() -> &'static str {
        ", "
    }
}

/// A flag whose `false` is written as 0. A form carries only strings, and PHP takes every string
/// but `""` and `0` for true, `false` included.
pub(crate) struct TrueOrZero;

impl SerializeAs<bool> for TrueOrZero {
    fn serialize_as<S: Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        if *flag { serializer.serialize_bool(true) } else { serializer.serialize_u8(0) }
    }
}
