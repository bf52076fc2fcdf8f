//! Lists: members of a response, and the rows of one.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor,
};

use crate::decode::{RowError, Rows};

use super::budget;
use super::from_json::{FromJson, Lenient, One};
use super::members::{Key, Members, Opened, expected};
use super::objects::ReadRow;
use super::scalar::{Scalar, visit_scalars};
use super::value::Any;

/// A collection that the items of a list are decoded into.
pub(super) trait Collect: Default {
    type Item: FromJson;

    /// Adds the next item.
    fn push<E: de::Error>(&mut self, item: Option<Self::Item>) -> Result<(), E>;

    /// Adds a scalar found in place of the list.
    fn push_single<E: de::Error>(&mut self, scalar: Scalar<'_>) -> Result<(), E> {
        if scalar.is_empty() { Ok(()) } else { self.push(Self::Item::from_scalar(scalar)) }
    }
}

impl<T: FromJson> Collect for Vec<T> {
    type Item = T;

    fn push<E: de::Error>(&mut self, item: Option<T>) -> Result<(), E> {
        item.map_or(Ok(()), |item| budget::push(self, item))
    }
}

impl<T: FromJson> Lenient for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_list(deserializer)
    }
}

/// Decodes a list; see [`super`].
pub(super) fn read_list<'de, D, C>(deserializer: D) -> Result<C, D::Error>
where
    D: Deserializer<'de>,
    C: Collect,
{
    deserializer.deserialize_any(List(PhantomData))
}

struct List<C>(PhantomData<C>);

impl<'de, C: Collect> Visitor<'de> for List<C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    visit_scalars!(|self, scalar| {
        let mut list = C::default();
        if !matches!(scalar, Scalar::Bool(_)) {
            list.push_single(scalar)?;
        }
        Ok(list)
    });

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<C, A::Error> {
        let mut list = C::default();
        while let Some(item) = items.next_element_seed(One::new())? {
            list.push(item)?;
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<C, A::Error> {
        let mut list = C::default();
        match Members::open(members)? {
            Opened::Empty => {}
            Opened::Number(number) => list.push_single(number)?,
            Opened::Members(mut items) if items.first().is_some_and(is_index) => {
                while let Some(Key(index)) = items.next_key()? {
                    let item = items.next_value_seed(One::new())?;
                    list.push(item.filter(|_| is_index(&index)))?;
                }
            }
            Opened::Members(mut members) => list.push(C::Item::from_members(&mut members)?)?,
        }
        Ok(list)
    }
}

/// Whether an object with this name in it is a list. PHP writes a list as an object unless its
/// keys are 0, 1, 2 and so on.
fn is_index(name: &str) -> bool {
    name.parse::<i64>().is_ok()
}

/// The rows of a response. Null is an error: it means that there is no list, not that it is empty.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadRows { is_member: false, row: || Direct(PhantomData) })
    }
}

/// Rows with an id inside another row. Those that cannot be decoded are kept as errors.
impl<T: DeserializeOwned> Lenient for Rows<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadRows { is_member: true, row: || Direct(PhantomData) })
    }
}

/// The rows of a response, each decoded on its own: a row of any type that cannot be decoded does
/// not affect the others, and its error has its text. Slower than [`Rows`] alone.
pub(crate) struct RowByRow<T>(pub(crate) Rows<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for RowByRow<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = ReadRows { is_member: false, row: || ByValue(PhantomData) };
        deserializer.deserialize_any(read).map(Self)
    }
}

/// Decodes a row directly from the response.
struct Direct<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Direct<T> {
    type Value = Result<T, RowError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let row = ReadRow(PhantomData).deserialize(deserializer)?;
        Ok(row.map_err(|reason| RowError::new(without_values(reason))))
    }
}

/// Decodes a row through a [`Value`](serde_json::Value). Of duplicate members the last one counts,
/// as in PHP.
struct ByValue<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for ByValue<T> {
    type Value = Result<T, RowError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let value = budget::refunded(|| Any::deserialize(deserializer))?.0;
        let row = ReadRow(PhantomData).deserialize(&value);
        let row = row.unwrap_or_else(|error| Err(error.to_string()));
        Ok(row.map_err(|reason| RowError::new(reason).with_text(value.to_string())))
    }
}

/// A reason without the values that were found, which may be secrets.
fn without_values(reason: String) -> String {
    let is_plain = ["missing field `", "duplicate field `"].iter().any(|it| reason.starts_with(it))
        || matches!(&*reason, "expected an object" | "it is null");
    if is_plain { reason } else { "one of its members cannot be read".to_owned() }
}

struct ReadRows<S> {
    /// Whether the list is a member, which may be something other than a list.
    is_member: bool,
    /// Creates the seed of a row.
    row: fn() -> S,
}

impl<S> ReadRows<S> {
    fn push<T, E: de::Error>(rows: &mut Rows<T>, row: Result<T, RowError>) -> Result<(), E> {
        match row {
            Ok(row) => budget::push(&mut rows.items, row),
            Err(error) => {
                budget::take(error.len())?;
                let index = rows.items.len() + rows.errors.len();
                budget::push(&mut rows.errors, error.at(index))
            }
        }
    }

    /// Decodes a scalar found in place of the list.
    fn scalar<T, E: de::Error>(&self, scalar: &Scalar<'_>) -> Result<Rows<T>, E> {
        let mut rows = Rows::default();
        match scalar {
            Scalar::Null if !self.is_member => return Err(expected("a list, found null")),
            _ if !self.is_member => return Err(expected("a list")),
            scalar if scalar.is_empty() => {}
            _ => Self::push(&mut rows, Err(RowError::new("expected an object".to_owned())))?,
        }
        Ok(rows)
    }
}

impl<'de, S, T> Visitor<'de> for ReadRows<S>
where
    S: DeserializeSeed<'de, Value = Result<T, RowError>>,
    T: Deserialize<'de>,
{
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    visit_scalars!(|self, scalar| self.scalar(&scalar));

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Rows<T>, A::Error> {
        let mut rows = Rows::default();
        while let Some(row) = items.next_element_seed((self.row)())? {
            Self::push(&mut rows, row)?;
        }
        Ok(rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Rows<T>, A::Error> {
        let mut rows = Rows::default();
        match Members::open(members)? {
            Opened::Empty => {}
            Opened::Number(number) => return self.scalar(&number),
            Opened::Members(mut items) if items.first().is_some_and(is_index) => {
                while let Some(Key(index)) = items.next_key()? {
                    let row = items.next_value_seed((self.row)())?;
                    if is_index(&index) {
                        Self::push(&mut rows, row)?;
                    } else if !self.is_member {
                        return Err(expected("a list, found an object"));
                    }
                }
            }
            Opened::Members(mut row) if self.is_member => {
                let row = row.read()?.map_err(|reason| RowError::new(without_values(reason)));
                Self::push(&mut rows, row)?;
            }
            // The meaning of other names is unknown.
            Opened::Members(_) => return Err(expected("a list, found an object")),
        }
        Ok(rows)
    }
}
