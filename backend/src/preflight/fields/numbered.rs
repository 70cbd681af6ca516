//! Paths as a server names fields that have managers, with the places of elements instead of their keys.

use std::collections::HashMap;

use serde_json::Value;

/// An object in whose lists elements are found by their keys.
///
/// A server may name each element of a long list, so every list is looked through once, and not once for each element.
#[derive(Debug)]
pub struct Numbered<'v> {
    body: &'v Value,
    /// Where elements are, by the path of their list, the names of their keys, and what these are.
    places: HashMap<(String, String), HashMap<Vec<String>, usize>>,
}

impl<'v> Numbered<'v> {
    /// Of this object.
    pub fn of(body: &'v Value) -> Self {
        Self {
            body,
            places: HashMap::new(),
        }
    }

    /// A path such as `.spec.containers[name="web"].image` as a server names fields that are wrong:
    /// `spec.containers[0].image`. An element that is not there is the first.
    pub fn path(&mut self, path: &str) -> String {
        let mut at = Some(self.body);
        let mut numbered = String::new();
        for part in parts(path.trim_start_matches('.')) {
            if let Some(keys) = part.strip_prefix('[') {
                let elements = at.and_then(Value::as_array);
                let number = elements.and_then(|all| self.place(&numbered, all, keys.trim_end_matches(']')));
                at = elements.zip(number).and_then(|(all, number)| all.get(number));
                numbered = format!("{numbered}[{}]", number.unwrap_or_default());
            } else {
                at = at.and_then(|at| at.get(part));
                let dot = if numbered.is_empty() { "" } else { "." };
                numbered = format!("{numbered}{dot}{part}");
            }
        }
        numbered
    }

    /// Where the element with these keys is in a list: `name="web"`, or `containerPort=80,protocol="TCP"`. The first of
    /// equal ones; the first of all without any key.
    fn place(&mut self, list: &str, elements: &[Value], keys: &str) -> Option<usize> {
        let (names, wanted): (Vec<String>, Vec<String>) = keys.split(',').filter_map(key).unzip();
        let index = (list.to_owned(), names.join(","));
        let places = self
            .places
            .entry(index)
            .or_insert_with(|| places(elements, &names));
        places.get(&wanted).copied()
    }
}

fn places(elements: &[Value], names: &[String]) -> HashMap<Vec<String>, usize> {
    let mut places = HashMap::new();
    for (place, element) in elements.iter().enumerate() {
        let keys = names.iter().map(|name| Some(element.get(name)?.to_string()));
        if let Some(keys) = keys.collect() {
            places.entry(keys).or_insert(place);
        }
    }
    places
}

/// The parts of a path: names, and keys in brackets, in which dots mean nothing.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let end = if rest.starts_with('[') {
            rest.find(']').map_or(rest.len(), |end| end + 1)
        } else {
            rest.find(['.', '[']).unwrap_or(rest.len())
        };
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches('.');
    }
    parts
}

/// One key of an element, and what it is as JSON.
fn key(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    let value: Value = serde_json::from_str(value).ok()?;
    Some((key.to_owned(), value.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_numbered_by_their_keys() {
        let body = json!({ "spec": { "containers": [
            { "name": "a", "ports": [{ "containerPort": 80 }, { "containerPort": 80, "protocol": "UDP" }] },
            { "name": "web.b", "ports": [{ "containerPort": 80, "protocol": "TCP" }, { "containerPort": 81, "protocol": "TCP" }] },
        ] } });
        let mut numbered = Numbered::of(&body);
        for (path, expected) in [
            (".spec.replicas", "spec.replicas"),
            (
                r#".spec.containers[name="web.b"].image"#,
                "spec.containers[1].image",
            ),
            (
                r#".spec.containers[name="web.b"].ports[containerPort=81,protocol="TCP"].name"#,
                "spec.containers[1].ports[1].name",
            ),
            (
                r#".spec.containers[name="a"].ports[containerPort=80,protocol="UDP"].name"#,
                "spec.containers[0].ports[1].name",
            ),
            (
                r#".spec.containers[name="gone"].image"#,
                "spec.containers[0].image",
            ),
        ] {
            assert_eq!(numbered.path(path), expected, "{path}");
        }
    }
}
