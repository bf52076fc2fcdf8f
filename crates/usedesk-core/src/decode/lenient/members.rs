//! The members of an object and the items of a list, which are read to their end also where they are
//! given up: else the reader would stay in their middle, and the rest of the response be lost.

use serde::de::value::CowStrDeserializer;
use serde::de::{self, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess};

use super::{Key, One, Scalar, Text};

/// The name of the only member of the object that stands for a number where
/// `serde_json/arbitrary_precision` is switched on. That feature is out of our hands: it is on for
/// all crates when one of them asks for it.
const NUMBER: &str = "$serde_json::private::Number";

/// What the beginning of an object says of it.
pub(crate) enum Opened<'de, A> {
    /// It has no members.
    Empty,
    /// It is not an object but a number.
    Number(Scalar<'static>),
    Members(Members<'de, A>),
}

/// The members of an object.
pub(crate) struct Members<'de, A> {
    access: A,
    /// The name of the first one, read ahead.
    first: Option<Key<'de>>,
    /// A name was read, and its value was not.
    in_member: bool,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    pub(super) fn open(mut access: A) -> Result<Opened<'de, A>, A::Error> {
        let Some(Key(name)) = access.next_key()? else { return Ok(Opened::Empty) };
        if name == NUMBER {
            let digits = access.next_value_seed(One::<Text>::new())?;
            // Where it is somebody's object after all.
            while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            let number = digits.map_or(Scalar::Null, |Text(digits)| Scalar::of_digits(&digits));
            return Ok(Opened::Number(number));
        }
        Ok(Opened::Members(Self { access, first: Some(Key(name)), in_member: true }))
    }

    /// The name of the first member, as long as it was not taken.
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

/// Skips the rest of a list.
pub(crate) fn skip_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// What was expected, for an error that tells nothing of what was found: that may be a secret.
pub(super) fn expected<E: de::Error>(what: &str) -> E {
    E::custom(format_args!("expected {what}"))
}
