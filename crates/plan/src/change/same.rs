//! Which elements of two lists are the same one, whatever else changes in them.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::tags::TAG;

/// What tells elements of a list apart.
const NAMES: [&[&str]; 12] = [
    &["name"],
    &["metadata", "name"],
    &["mountPath"],
    &["secretName"],
    &["host"],
    &["topologyKey", "whenUnsatisfiable"],
    &["resource", "name"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["configMapRef", "name"],
    &["secretRef", "name"],
    &["key", "path"],
];

/// Whether two elements are the same one.
pub(crate) fn is_same(one: &Value, other: &Value) -> bool {
    one == other
        || NAMES
            .iter()
            .any(|name| named(one, name).is_some_and(|name_of| named(other, name) == Some(name_of)))
}

fn named<'v>(element: &'v Value, name: &[&str]) -> Option<Vec<&'v Value>> {
    match name {
        // A mount is named by its path: one volume may be mounted several times.
        ["name"] if element.get("mountPath").is_some() => None,
        // Paths without a host are those of every host.
        ["host"] if element.get("http").is_some() => Some(vec![element.get("host").unwrap_or(&Value::Null)]),
        [
            outer @ ("metadata" | "resource" | "configMapRef" | "secretRef"),
            inner,
        ] => Some(vec![element.get(outer)?.get(inner)?]),
        [first, rest @ ..] => {
            let first = element.get(first)?;
            Some(
                std::iter::once(first)
                    .chain(rest.iter().filter_map(|key| element.get(key)))
                    .collect(),
            )
        }
        [] => None,
    }
}

/// The elements of a list, to be found by what tells them apart without looking through the list each time.
pub(crate) struct Elements(HashMap<(usize, String), BTreeSet<usize>>);

impl Elements {
    /// These elements, by their numbers in the list.
    pub(crate) fn of<'v>(elements: impl IntoIterator<Item = (usize, &'v Value)>) -> Self {
        let mut by: HashMap<_, BTreeSet<usize>> = HashMap::new();
        for (number, element) in elements {
            for key in keys(element) {
                by.entry(key).or_default().insert(number);
            }
        }
        Self(by)
    }

    /// The first that is the same as an element.
    pub(crate) fn first(&self, element: &Value) -> Option<usize> {
        let found = keys(element)
            .into_iter()
            .filter_map(|key| self.0.get(&key)?.first().copied());
        found.min()
    }

    /// The first that says all that an element says, and nothing else.
    pub(crate) fn equal(&self, element: &Value) -> Option<usize> {
        self.0.get(&whole(element))?.first().copied()
    }

    /// Takes one out.
    pub(crate) fn remove(&mut self, number: usize, element: &Value) {
        for key in keys(element) {
            if let Some(numbers) = self.0.get_mut(&key) {
                numbers.remove(&number);
            }
        }
    }
}

/// Everything by which an element is the same as another: two are if they share one of these.
fn keys(element: &Value) -> Vec<(usize, String)> {
    let names = NAMES.iter().enumerate().filter_map(|(number, name)| {
        let mut text = String::new();
        for part in named(element, name)? {
            write(part, &mut text);
            text.push(' ');
        }
        Some((number, text))
    });
    names.chain([whole(element)]).collect()
}

/// All that an element says.
fn whole(element: &Value) -> (usize, String) {
    let mut whole = String::new();
    write(element, &mut whole);
    (NAMES.len(), whole)
}

/// The same text for equal values, in whatever order their fields are.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields.into_iter().filter(|(name, _)| *name != TAG) {
                text.push_str(&Value::from(name.as_str()).to_string());
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn element() -> impl Strategy<Value = Value> {
        let name = prop::sample::select(vec![
            "name", "host", "port", "protocol", "key", "path", "value", "metadata",
        ]);
        let value = prop_oneof![
            (0..3_i32).prop_map(Value::from),
            Just(json!({ "name": "a", "x": 1 })),
            Just(json!({ "x": 1, "name": "a" })),
            Just(json!("a")),
        ];
        prop::collection::vec((name, value), 0..4).prop_map(|fields| {
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_found_is_the_first_that_is_the_same(
            list in prop::collection::vec(element(), 0..8),
            wanted in element(),
            gone in 0..8_usize,
        ) {
            let mut elements = Elements::of(list.iter().enumerate());
            let first = list.iter().position(|element| is_same(element, &wanted));
            prop_assert_eq!(elements.first(&wanted), first);

            if let Some(element) = list.get(gone) {
                elements.remove(gone, element);
                let left = list
                    .iter()
                    .enumerate()
                    .position(|(number, element)| number != gone && is_same(element, &wanted));
                prop_assert_eq!(elements.first(&wanted), left);
            }
        }
    }
}
