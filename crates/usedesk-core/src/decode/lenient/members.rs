//! The members of an object and the items of a list. They are always read to the end, even after an
//! error: otherwise the rest of the response could not be read.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::CowStrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::scalar::{Scalar, visit_scalars};

/// The only member of the object that stands for a number where `serde_json/arbitrary_precision` is
/// enabled. Any crate in the build can enable that feature, and then it holds for all of them.
const NUMBER: &str = "$serde_json::private::Number";

/// The name of a member. Borrowed where it has no escapes, which serde's own `Cow` never is.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// What an object turns out to be after its first name.
pub(crate) enum Opened<'de, A> {
    Empty,
    /// A number written as an object.
    Number(Scalar<'static>),
    Members(Members<'de, A>),
}

/// The members of an object.
pub(crate) struct Members<'de, A> {
    access: A,
    /// The first name, read ahead.
    first: Option<Key<'de>>,
    /// Whether a name was read whose value was not.
    in_member: bool,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    pub(crate) fn open(mut access: A) -> Result<Opened<'de, A>, A::Error> {
        let Some(Key(name)) = access.next_key()? else { return Ok(Opened::Empty) };
        if name == NUMBER {
            let number = access.next_value_seed(ScalarWith(|scalar| {
                scalar.into_text().map_or(Scalar::Null, |digits| Scalar::from_digits(&digits))
            }))?;
            // An ordinary object may use the reserved name and have more members.
            while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Opened::Number(number));
        }
        Ok(Opened::Members(Self { access, first: Some(Key(name)), in_member: true }))
    }

    /// The first name, until it is taken.
    pub(super) fn first(&self) -> Option<&str> {
        self.first.as_ref().map(|Key(name)| &**name)
    }

    /// Skips the rest.
    pub(super) fn skip(&mut self) -> Result<(), A::Error> {
        self.first = None;
        if std::mem::take(&mut self.in_member) {
            self.access.next_value::<IgnoredAny>()?;
        }
        while self.access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if let Some(Key(first)) = self.first.take() {
            let name: CowStrDeserializer<'_, A::Error> = first.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        let name = self.access.next_key_seed(seed)?;
        self.in_member = name.is_some();
        Ok(name)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.in_member = false;
        self.access.next_value_seed(seed)
    }
}

/// Decodes a scalar with a function. Lists and objects are skipped and count as null.
pub(super) struct ScalarWith<T>(pub(super) fn(Scalar<'_>) -> T);

impl<'de, T> DeserializeSeed<'de> for ScalarWith<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T> Visitor<'de> for ScalarWith<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(|self, scalar| Ok((self.0)(scalar)));

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        skip_items(&mut items)?;
        Ok((self.0)(Scalar::Null))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        let scalar = match Members::open(members)? {
            Opened::Number(number) => number,
            Opened::Empty => Scalar::Null,
            Opened::Members(mut members) => {
                members.skip()?;
                Scalar::Null
            }
        };
        Ok((self.0)(scalar))
    }
}

/// Skips the rest of a list.
pub(super) fn skip_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Creates an error that does not contain the value that was found: it may be a secret.
pub(super) fn expected<E: de::Error>(what: &str) -> E {
    E::custom(format_args!("expected {what}"))
}
