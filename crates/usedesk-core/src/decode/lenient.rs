//! Lenient deserialization: numbers as strings, `"0"` as absent.
//!
//! A row requires only its id. No other member can make a row fail: a value that cannot be decoded
//! as the member's type is absent. The trait [`Lenient`] defines how each type is decoded:
//!
//! | type | decoded from | absent |
//! | --- | --- | --- |
//! | ids, numbers | a number, a string with one; the `id` of an object | null, 0, `"0"`, all else |
//! | flags | a boolean, a number, a string with either | null, `""`, all else |
//! | text | a string, a number; lists and objects as JSON | null, `""`, false, `[]`, `{}` |
//! | open enums | a string, a number | null, `""`, `"0"`, 0, all else |
//! | dates | see [`date_time`] | null, `0000-00-00 00:00:00`, all else |
//! | structs | an object | `{}`, all else |
//! | JSON of unknown shape | anything | null, `""` |
//! | lists | a list; an object with numbers as names, as in PHP; a single item | all else |
//!
//! An absent value is `None` for an `Option`, and otherwise the empty string, 0 or the empty list.
//! `""` and null are always equivalent. Absent items of a list are left out.
//!
//! The visitors are written by hand: they cost nothing where a value has the expected type.

pub(crate) use self::budget::{Budget, take_failure};
pub(crate) use self::from_json::{FromJson, Lenient, id, number, read, required};
pub(crate) use self::lists::RowByRow;
pub(crate) use self::members::{Key, Opened};
pub(crate) use self::objects::{object, object_unless_empty, objects};
pub(crate) use self::repair::{repaired, to_text, without_byte_order_mark};
pub(crate) use self::scalar::{Scalar, visit_scalars};
pub(crate) use self::text::{Text, text_unless_zero};
pub(crate) use self::value::{Any, is_empty};

mod budget;
mod date_time;
mod from_json;
mod lists;
pub(crate) mod members;
mod objects;
mod repair;
mod scalar;
pub(crate) mod strict;
mod text;
mod value;
