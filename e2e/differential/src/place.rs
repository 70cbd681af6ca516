//! Where values stand in an object, in the words in which the server speaks of them.

use serde_json::Value;

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Where a value stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(Vec<Step>);

impl Place {
    /// The path as the server writes it: `spec.ports[0].name`.
    pub fn path(&self) -> String {
        let steps = self.0.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Index(index) => format!("[{index}]"),
        });
        let path: String = steps.collect();
        path.trim_start_matches('.').to_owned()
    }

    /// Replaces the value there.
    pub fn put(&self, object: &mut Value, value: Value) {
        let mut at = object;
        for step in &self.0 {
            at = match step {
                Step::Key(key) => &mut at[key.as_str()],
                Step::Index(index) => &mut at[*index],
            };
        }
        *at = value;
    }

    /// The value there.
    pub fn value<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(object, |at, step| match step {
            Step::Key(key) => at.get(key.as_str()),
            Step::Index(index) => at.get(*index),
        })
    }

    /// The key it stands under; none in a list.
    pub fn key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Gives the value there another key. Answers whether it has one.
    pub fn call(&self, object: &mut Value, key: &str) -> bool {
        let Some(Step::Key(before)) = self.0.last() else {
            return false;
        };
        let around = Self(self.0[..self.0.len() - 1].to_vec());
        let Some(mut map) = around.value(object).and_then(Value::as_object).cloned() else {
            return false;
        };
        if let Some(value) = map.remove(before) {
            map.insert(key.to_owned(), value);
        }
        around.put(object, Value::Object(map));
        true
    }

    fn then(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

/// Every value of an object that is neither a list nor a map, with its place.
pub fn values(object: &Value) -> Vec<(Place, &Value)> {
    let mut found = Vec::new();
    collect(object, &Place::default(), &mut found);
    found
}

fn collect<'v>(value: &'v Value, at: &Place, found: &mut Vec<(Place, &'v Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, &at.then(Step::Key(key.clone())), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                collect(value, &at.then(Step::Index(index)), found);
            }
        }
        _ => found.push((at.clone(), value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_and_replaced_at_its_path() {
        let mut object = json!({ "spec": { "ports": [{ "name": "a" }, { "name": "b" }] } });
        let (place, value) = values(&object)
            .into_iter()
            .find(|(place, _)| place.path() == "spec.ports[1].name")
            .map(|(place, value)| (place, value.clone()))
            .unwrap();

        place.put(&mut object, json!("c"));

        assert_eq!(
            (place.key(), place.value(&object)),
            (Some("name"), Some(&json!("c")))
        );
        assert!(place.call(&mut object, "called"));
        assert_eq!(object["spec"]["ports"][1], json!({ "called": "c" }));
        assert_eq!(object["spec"]["ports"][0], json!({ "name": "a" }));
        assert_eq!(value, "b");
    }
}
