//! A leaf of a draft: text exactly as it was typed.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// What somebody typed into one field. Always text; reads numbers and booleans too, so that a YAML draft may say
/// `replicas: 2` or `enabled: true`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Typed(String);

impl Typed {
    /// The text as typed, blanks included.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without the blanks around it, which is what gets judged.
    pub fn text(&self) -> &str {
        self.0.trim()
    }

    /// Whether nothing but blanks was typed.
    pub fn is_blank(&self) -> bool {
        self.text().is_empty()
    }

    /// Whether a switch is on.
    pub fn is_on(&self) -> bool {
        self.text() == "true"
    }

    /// Replaces what was typed.
    pub fn set(&mut self, text: impl Into<String>) {
        self.0 = text.into();
    }
}

impl From<&str> for Typed {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypedVisitor)
    }
}

struct TypedVisitor;

impl Visitor<'_> for TypedVisitor {
    type Value = Typed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or a boolean")
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Typed, E> {
        Ok(Typed(v.to_owned()))
    }

    fn visit_string<E: de::Error>(self, v: String) -> Result<Typed, E> {
        Ok(Typed(v))
    }

    fn visit_bool<E: de::Error>(self, v: bool) -> Result<Typed, E> {
        Ok(Typed(v.to_string()))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Typed, E> {
        Ok(Typed(v.to_string()))
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Typed, E> {
        Ok(Typed(v.to_string()))
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Typed, E> {
        Ok(Typed(v.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Typed, E> {
        Ok(Typed::default())
    }
}

#[cfg(test)]
mod tests {
    use super::Typed;

    fn read(json: &str) -> String {
        serde_json::from_str::<Typed>(json).unwrap().as_str().to_owned()
    }

    #[test]
    fn reads_numbers_and_booleans_as_text() {
        assert_eq!(read("2"), "2");
        assert_eq!(read("0.5"), "0.5");
        assert_eq!(read("true"), "true");
        assert_eq!(read("null"), "");
        assert_eq!(read("\" as typed \""), " as typed ");
    }

    #[test]
    fn a_list_is_not_a_leaf() {
        assert!(serde_json::from_str::<Typed>("[1]").is_err());
    }
}
