//! Text, alone and in lists.

use serde::Deserializer;
use serde::de::{MapAccess, SeqAccess};
use serde_json::{Map, Value};

use super::budget;
use super::from_json::{FromJson, Lenient, One, read};
use super::lists::{Collect, read_list};
use super::members::{Key, Members};
use super::scalar::Scalar;
use super::value::{insert, is_empty};

/// Text. `String` itself cannot implement [`FromJson`], since its lists have a rule of their own.
pub(crate) struct Text(pub(crate) String);

impl FromJson for Text {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Some(Self(scalar.into_text()?.into_owned()))
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        Ok(Value::from_members(members)?.map(|object| Self(object.to_string())))
    }

    fn from_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
        let list = Value::from_items(items)?.filter(|list| !is_empty(list));
        Ok(list.map(|list| Self(list.to_string())))
    }
}

impl Lenient for Option<String> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(|text: Option<Text>| text.map(|Text(text)| text))
    }
}

impl Lenient for String {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Option::unwrap_or_default)
    }
}

/// Decodes text, where `"0"` and 0 are absent.
pub(crate) fn text_unless_zero<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    read(deserializer).map(|text: Option<String>| text.filter(|text| text != "0"))
}

/// A list of strings, of objects with a `name` (tags in ticket lists) or an `email`; or one string
/// with commas, or one number (a phone).
impl Lenient for Vec<String> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_list::<_, Names>(deserializer).map(|Names(names)| names)
    }
}

#[derive(Default)]
struct Names(Vec<String>);

impl Collect for Names {
    type Item = Name;

    fn push<E: serde::de::Error>(&mut self, name: Option<Name>) -> Result<(), E> {
        name.map_or(Ok(()), |Name(Text(name))| budget::push(&mut self.0, name))
    }

    fn push_single<E: serde::de::Error>(&mut self, scalar: Scalar<'_>) -> Result<(), E> {
        let joined = scalar.into_text().unwrap_or_default();
        let names = joined.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "0"));
        names.map(str::to_owned).try_for_each(|name| budget::push(&mut self.0, name))
    }
}

/// Text in a list, alone or in an object.
struct Name(Text);

impl FromJson for Name {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Text::from_scalar(scalar).map(Self)
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        let (mut name, mut email, mut others) = (None, None, Map::new());
        while let Some(key) = members.next_key::<Key<'_>>()? {
            match &*key.0 {
                "name" => name = members.next_value_seed(One::new())?,
                "email" => email = members.next_value_seed(One::new())?,
                _ => insert(&mut others, key, members, 0)?,
            }
        }
        let all = || (!others.is_empty()).then(|| Text(Value::from(others).to_string()));
        Ok(name.or(email).or_else(all).map(Self))
    }
}
