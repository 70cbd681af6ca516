//! Reading a part of a draft from a map of its fields.
//!
//! Deriving `Deserialize` would do the same with code of its own for every part: the names it knows, each field that may
//! be missing, and what to drop when it stops half-way. It was two fifths of the model in the browser. Here a part is
//! filled in place, and everything that does not depend on its type is there once.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// A part of a draft that is read field by field. What is not there stays as it is at the start.
pub(super) trait Fields: Sized {
    /// The names of its fields.
    const NAMES: &'static [&'static str];
    /// What it is before anything is read.
    fn start() -> Self;
    /// Reads the value of the field whose name is at that place in `NAMES`.
    fn read<'de, M: MapAccess<'de>>(&mut self, place: usize, map: &mut M) -> Result<(), M::Error>;
}

/// Reads a part.
pub(super) fn part<'de, T: Fields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Part(PhantomData))
}

struct Part<T>(PhantomData<T>);

impl<'de, T: Fields> Visitor<'de> for Part<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields with names")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
        let mut part = T::start();
        let mut seen = Seen(0);
        while let Some(place) = map.next_key_seed(Name(T::NAMES))? {
            seen.once(place, T::NAMES)?;
            part.read(place, &mut map)?;
        }
        Ok(part)
    }
}

/// Which fields were there, a bit for each.
struct Seen(u64);

impl Seen {
    /// Refuses a field that is there twice.
    fn once<E: Error>(&mut self, place: usize, names: &[&'static str]) -> Result<(), E> {
        let bit = 1 << place;
        if self.0 & bit != 0 {
            return Err(E::duplicate_field(names[place]));
        }
        self.0 |= bit;
        Ok(())
    }
}

/// Reads the name of a field as its place among those there are.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let place = self.0.iter().position(|known| *known == name);
        place.ok_or_else(|| E::unknown_field(name, self.0))
    }
}

/// Implements `Deserialize` for a part from the list of its fields, and from what it is before anything is read.
macro_rules! read {
    ($type:ident from $start:expr, fields: [$($field:ident),* $(,)?]) => {
        impl $crate::draft::read::Fields for $type {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            fn start() -> Self {
                $start
            }

            fn read<'de, M: serde::de::MapAccess<'de>>(&mut self, place: usize, map: &mut M) -> Result<(), M::Error> {
                #[expect(non_camel_case_types, reason = "each is named like its field, for the place of it")]
                enum Place { $($field),* }
                match place {
                    $(place if place == Place::$field as usize => self.$field = map.next_value()?,)*
                    _ => {}
                }
                Ok(())
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::draft::read::part(deserializer)
            }
        }
    };
}
pub(super) use read;

#[cfg(test)]
mod tests {
    use crate::Draft;

    fn refusal(json: &str) -> String {
        serde_json::from_str::<Draft>(json).unwrap_err().to_string()
    }

    #[test]
    fn a_field_that_is_not_there_stays_as_in_a_new_row() {
        let draft: Draft = serde_json::from_str(r#"{"services":[{"ports":[{"port":80}]}]}"#).unwrap();

        let service = &draft.services[0];
        assert_eq!(service.kind.as_str(), "ClusterIP");
        assert_eq!(service.ports[0].port.as_str(), "80");
        assert_eq!(service.ports[0].protocol.as_str(), "TCP");
    }

    #[test]
    fn a_draft_without_containers_has_none() {
        let draft: Draft = serde_json::from_str("{}").unwrap();

        assert!(draft.containers.is_empty());
        assert_eq!(draft.basics.kind.as_str(), "");
        assert_eq!(draft.format, crate::draft::FORMAT);
    }

    #[test]
    fn a_field_that_no_draft_has_is_refused_with_its_name() {
        let words = refusal(r#"{"basics":{"naem":"a"}}"#);

        assert!(words.contains("unknown field `naem`"), "{words}");
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused() {
        let words = refusal(r#"{"basics":{"name":"a","name":"b"}}"#);

        assert!(words.contains("duplicate field `name`"), "{words}");
    }

    #[test]
    fn a_part_is_fields_with_names_and_nothing_else() {
        for json in [
            r#"{"basics":["a"]}"#,
            r#"{"basics":"a"}"#,
            r#"{"containers":[1]}"#,
        ] {
            let words = refusal(json);
            assert!(words.contains("expected fields with names"), "{json}: {words}");
        }
    }
}
