//! A draft as a person would write it into a file.

use serde_json::Value;
use slipway_model::Draft;

/// The YAML of a draft, without the ids of rows and without what is empty.
pub fn yaml(draft: &Draft) -> String {
    let mut value = serde_json::to_value(draft).unwrap_or_default();
    // A Service whose ports are left out would get one; one without any has an empty list.
    let services = value.get_mut("services").and_then(Value::as_array_mut);
    let without_ports: Vec<usize> = services
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, service)| service["ports"].as_array().is_some_and(Vec::is_empty))
        .map(|(number, _)| number)
        .collect();
    shorten(&mut value);
    for number in without_ports {
        value["services"][number]["ports"] = Value::Array(Vec::new());
    }
    serde_saphyr::to_string(&value).unwrap_or_default()
}

fn shorten(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.shift_remove("id");
            fields.values_mut().for_each(shorten);
            fields.retain(|_, field| !is_empty(field));
        }
        Value::Array(rows) => rows.iter_mut().for_each(shorten),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(rows) => rows.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use slipway_model::{arbitrary, validate};

    use super::yaml;

    #[test]
    fn a_draft_from_its_file_is_the_same_app() {
        let mut draft = arbitrary::with_every_row();
        draft.services.push(slipway_model::draft::Service {
            ports: Vec::new(),
            ..slipway_model::draft::Service::default()
        });
        draft.give_ids();

        let mut read: slipway_model::Draft = serde_saphyr::from_str(&yaml(&draft)).unwrap();
        read.give_ids();

        let texts = |draft: &slipway_model::Draft| -> Vec<String> {
            draft
                .leaves()
                .into_iter()
                .map(|(_, leaf)| leaf.as_str().to_owned())
                .collect()
        };
        assert_eq!(texts(&read), texts(&draft));
        assert_eq!(validate(&read).issues.len(), validate(&draft).issues.len());
    }
}
