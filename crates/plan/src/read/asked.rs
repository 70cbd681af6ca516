//! Who asked for a field. A server fills in what nobody said, and only `managedFields` tells the one from the other.

use serde_json::{Map, Value};

/// What somebody asked for, at one place of an object.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// Everything at and below this place.
    All,
    /// Nothing.
    Nothing,
    /// The fields that an entry of `managedFields` lists.
    Fields(&'a Map<String, Value>),
}

impl<'a> Asked<'a> {
    /// What was asked for in a field of this place.
    pub(crate) fn field(self, key: &str) -> Self {
        match self {
            Self::Fields(fields) => Self::of(fields.get(&format!("f:{key}"))),
            other => other,
        }
    }

    /// What was asked for in an element of this list.
    pub(crate) fn element(self, element: &Value) -> Self {
        let Self::Fields(fields) = self else { return self };
        let fits = |key: &str| {
            let key = key
                .strip_prefix("k:")
                .and_then(|key| serde_json::from_str(key).ok());
            let key: Option<Map<String, Value>> = key;
            key.is_some_and(|key| key.iter().all(|(name, value)| element.get(name) == Some(value)))
        };
        Self::of(fields.iter().find(|(key, _)| fits(key)).map(|(_, fields)| fields))
    }

    /// Whether this very place was asked for.
    pub(crate) fn is_asked(self) -> bool {
        !matches!(self, Self::Nothing)
    }

    fn of(fields: Option<&'a Value>) -> Self {
        match fields {
            None => Self::Nothing,
            Some(Value::Object(fields)) if !fields.is_empty() => Self::Fields(fields),
            Some(_) => Self::All,
        }
    }
}

/// What was asked for in one object: by those who apply, who list just what they want, and by anybody, whose entries
/// list the defaults as well.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    /// Whether a server has been at it; else it is as somebody wrote it.
    served: bool,
    applied: Value,
    anyone: Value,
}

impl Claims {
    /// Reads what an object says about itself.
    pub(crate) fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        let served = ["uid", "resourceVersion"]
            .iter()
            .any(|key| metadata[*key].is_string());
        let entries = metadata["managedFields"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let (mut applied, mut anyone) = (Value::Null, Value::Null);
        for entry in entries.iter().filter(|entry| entry.get("subresource").is_none()) {
            unite(&mut anyone, &entry["fieldsV1"]);
            if entry["operation"] == "Apply" {
                unite(&mut applied, &entry["fieldsV1"]);
            }
        }
        Self {
            served,
            applied,
            anyone,
        }
    }

    /// What somebody applied.
    pub(crate) fn applied(&self) -> Asked<'_> {
        self.by(&self.applied)
    }

    /// What anybody wrote.
    pub(crate) fn anyone(&self) -> Asked<'_> {
        self.by(&self.anyone)
    }

    fn by<'c>(&'c self, fields: &'c Value) -> Asked<'c> {
        match fields.as_object() {
            _ if !self.served => Asked::All,
            Some(fields) => Asked::Fields(fields),
            None => Asked::Nothing,
        }
    }
}

/// Adds the fields of one entry to those of others. An empty entry stands for all that is below.
fn unite(all: &mut Value, fields: &Value) {
    match (all, fields) {
        (all @ Value::Null, fields) => *all = fields.clone(),
        (Value::Object(all), Value::Object(fields)) if !all.is_empty() => {
            if fields.is_empty() {
                all.clear();
            }
            for (key, inner) in fields {
                unite(all.entry(key.clone()).or_insert(Value::Null), inner);
            }
        }
        _ => {}
    }
}
