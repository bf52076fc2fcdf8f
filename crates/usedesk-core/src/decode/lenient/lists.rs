//! Lists: members of a response, and the rows of one.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor,
};

use crate::decode::{RowError, Rows};

use super::members::{Members, Opened, expected};
use super::objects::ReadRow;
use super::{Any, FromJson, Key, Lenient, One, Scalar, budget};

/// What the items of a list are put into.
pub(super) trait Collect: Default {
    type Item: FromJson;

    /// Takes the next item.
    fn push<E: de::Error>(&mut self, item: Option<Self::Item>) -> Result<(), E>;

    /// Takes a value without brackets in the place of the list.
    fn push_alone<E: de::Error>(&mut self, scalar: Scalar<'_>) -> Result<(), E> {
        match scalar {
            Scalar::Bool(_) => Ok(()),
            scalar if scalar.is_empty() => Ok(()),
            scalar => self.push(Self::Item::from_scalar(scalar)),
        }
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

/// Reads a list; see [`super`].
pub(super) fn read_list<'de, D, C>(deserializer: D) -> Result<C, D::Error>
where
    D: Deserializer<'de>,
    C: Collect,
{
    deserializer.deserialize_any(List(PhantomData))
}

struct List<C>(PhantomData<C>);

impl<C: Collect> List<C> {
    fn alone<E: de::Error>(scalar: Scalar<'_>) -> Result<C, E> {
        let mut list = C::default();
        list.push_alone(scalar)?;
        Ok(list)
    }
}

impl<'de, C: Collect> Visitor<'de> for List<C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

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
            Opened::Number(number) => list.push_alone(number)?,
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

    fn visit_unit<E: de::Error>(self) -> Result<C, E> {
        Ok(C::default())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<C, E> {
        Ok(C::default())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<C, E> {
        Self::alone(Scalar::Unsigned(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<C, E> {
        Self::alone(Scalar::Signed(number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<C, E> {
        Self::alone(Scalar::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<C, E> {
        Self::alone(Scalar::Text(text.into()))
    }
}

/// Whether PHP writes a list as an object with this name in it: one whose keys are not 0, 1, 2 and
/// so on.
fn is_index(name: &str) -> bool {
    name.parse::<i64>().is_ok()
}

/// The rows of a response, which are a list: null would say that there is no list, and not that it
/// is empty.
pub(crate) fn rows<'de, D, T>(deserializer: D) -> Result<Rows<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(ReadRows { is_member: false, row: || Direct(PhantomData) })
}

/// Rows with an id inside another row. Those that cannot be read are kept as errors.
impl<T: DeserializeOwned> Lenient for Rows<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadRows { is_member: true, row: || Direct(PhantomData) })
    }
}

/// The rows of a response, each read on its own, which takes longer: whatever is wrong with a row of
/// whatever type, the others are read. The errors have the text of the row.
pub(crate) struct RowByRow<T>(pub(crate) Rows<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for RowByRow<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = ReadRows { is_member: false, row: || ByValue(PhantomData) };
        deserializer.deserialize_any(read).map(Self)
    }
}

/// Reads a row as it comes.
struct Direct<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Direct<T> {
    type Value = Result<T, RowError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let row = ReadRow(PhantomData).deserialize(deserializer)?;
        Ok(row.map_err(|reason| RowError::new(without_values(reason))))
    }
}

/// Reads a row as a value first. Of a member that comes twice the last counts then, as in PHP.
struct ByValue<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for ByValue<T> {
    type Value = Result<T, RowError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let value = budget::borrowed(|| Any::deserialize(deserializer))?.0;
        let row = ReadRow(PhantomData).deserialize(&value);
        let row = row.unwrap_or_else(|error| Err(error.to_string()));
        Ok(row.map_err(|reason| RowError::new(reason).with_text(value.to_string())))
    }
}

/// A reason that does not tell what was found, which may be a secret.
fn without_values(reason: String) -> String {
    let is_plain = ["missing field `", "duplicate field `"].iter().any(|it| reason.starts_with(it))
        || matches!(&*reason, "expected an object" | "it is null");
    if is_plain { reason } else { "one of its members cannot be read".to_owned() }
}

struct ReadRows<S> {
    /// A member may be something else than a list.
    is_member: bool,
    /// Makes what reads a row.
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

    /// A value without brackets in the place of the list.
    fn scalar<T, E: de::Error>(&self, scalar: &Scalar<'_>) -> Result<Rows<T>, E> {
        if !self.is_member {
            return Err(expected("a list"));
        }
        let mut rows = Rows::default();
        if !scalar.is_empty() {
            Self::push(&mut rows, Err(RowError::new("expected an object".to_owned())))?;
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
            // Of an object with other names nothing is known.
            Opened::Members(_) => return Err(expected("a list, found an object")),
        }
        Ok(rows)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Rows<T>, E> {
        if self.is_member { Ok(Rows::default()) } else { Err(expected("a list, found null")) }
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Rows<T>, E> {
        self.scalar(&Scalar::Bool(on))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Rows<T>, E> {
        self.scalar(&Scalar::Unsigned(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Rows<T>, E> {
        self.scalar(&Scalar::Signed(number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Rows<T>, E> {
        self.scalar(&Scalar::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Rows<T>, E> {
        self.scalar(&Scalar::Text(text.into()))
    }
}
