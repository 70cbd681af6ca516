//! The published JSON Schema of a draft, written from the same descriptions that read it.
//!
//! Which choices a field has is asked of the rules themselves: a field that is given nonsense answers with its choices.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::shape::{Field, Kind, Shape, of_draft};
use crate::arbitrary::{self, pattern};
use crate::{Draft, Problem, validate};

/// The choices of each leaf, by the name of its type and its own.
type Choices = BTreeMap<(&'static str, &'static str), Vec<String>>;

/// In how many drafts each field is asked for its choices: some choices depend on other fields.
const ASKED: usize = 24;

/// Leaves that take more than the choices they name: there is one for each size of huge pages.
const OPEN: [(&str, &str); 1] = [("Variable", "resource")];

/// The schema, as it is published.
pub(crate) fn schema() -> String {
    let shape = of_draft();
    let choices = choices(&shape);
    let mut definitions = BTreeMap::new();
    let mut whole = object(&shape, &choices, &mut definitions);
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!("Slipway draft"));
    schema.extend(
        std::mem::take(whole.as_object_mut().expect("an object"))
            .into_iter()
            .filter(|(name, _)| name != "title"),
    );
    schema.insert("definitions".into(), definitions.into_iter().collect());
    format!("{:#}\n", Value::Object(schema))
}

fn object(shape: &Shape, choices: &Choices, definitions: &mut BTreeMap<String, Value>) -> Value {
    let properties: Map<String, Value> = shape
        .fields
        .iter()
        .map(|field| {
            (
                field.name.to_owned(),
                property(shape, field, choices, definitions),
            )
        })
        .collect();
    json!({
        "title": shape.name,
        "description": shape.about,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn property(
    shape: &Shape,
    field: &Field,
    choices: &Choices,
    definitions: &mut BTreeMap<String, Value>,
) -> Value {
    let mut refer = |inner: &Shape| {
        if !definitions.contains_key(inner.name) {
            definitions.insert(inner.name.to_owned(), Value::Null);
            let inner_schema = object(inner, choices, definitions);
            definitions.insert(inner.name.to_owned(), inner_schema);
        }
        json!(format!("#/definitions/{}", inner.name))
    };
    let mut told = json!({ "title": title(field.name), "description": field.about });
    match &field.kind {
        Kind::Leaf(start) => {
            match choices.get(&(shape.name, field.name)) {
                Some(choices) if OPEN.contains(&(shape.name, field.name)) => {
                    told["type"] = json!(["string", "null"]);
                    told["examples"] = json!(choices);
                }
                Some(choices) => told["enum"] = chosen(choices),
                None => told["type"] = json!(["string", "number", "boolean", "null"]),
            }
            if !start.is_empty() {
                told["default"] = json!(start);
            }
        }
        Kind::Part(inner) => told["$ref"] = refer(inner),
        Kind::Rows(inner) => {
            told["type"] = json!("array");
            told["items"] = json!({ "$ref": refer(inner) });
        }
        Kind::Number => {
            told["type"] = json!("integer");
            told["minimum"] = json!(0);
        }
        Kind::Text => told["type"] = json!("string"),
    }
    told
}

/// The choices as text, as the numbers and booleans they look like, and nothing at all.
fn chosen(choices: &[String]) -> Value {
    let mut all: Vec<Value> = choices.iter().map(|choice| json!(choice)).collect();
    let plain = choices
        .iter()
        .filter_map(|choice| serde_json::from_str::<Value>(choice).ok());
    all.extend(plain.filter(|value| value.is_boolean() || value.is_number()));
    all.extend([json!(""), Value::Null]);
    Value::Array(all)
}

/// `pull_policy` is `Pull policy`.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Gives each leaf of many drafts nonsense and gathers the choices that the rules then name.
fn choices(shape: &Shape) -> Choices {
    let mut found = Choices::new();
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for draft in (1..200).filter_map(|seed| arbitrary::draft(&arbitrary::tape(seed))) {
        let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
        for path in paths {
            let times = asked.entry(pattern(&path)).or_default();
            *times += 1;
            if *times > ASKED {
                continue;
            }
            let Some(named) = ask(&draft, &path) else { continue };
            let known = found.entry(leaf(shape, &path)).or_default();
            known.extend(
                named
                    .into_iter()
                    .filter(|choice| !known.contains(choice))
                    .collect::<Vec<_>>(),
            );
        }
    }
    found
}

fn ask(draft: &Draft, path: &str) -> Option<Vec<String>> {
    let mut draft = draft.clone();
    draft.leaf_mut(path)?.set("\u{1}");
    validate(&draft)
        .issues
        .into_iter()
        .find_map(|issue| match issue.problem {
            Problem::UnknownChoice { choices } if issue.field == path => Some(choices),
            _ => None,
        })
}

/// The type and the name of the leaf at a path.
fn leaf(shape: &Shape, path: &str) -> (&'static str, &'static str) {
    let mut names = path.split('.').filter(|segment| segment.parse::<u32>().is_err());
    let field = names.next().and_then(|name| shape.field(name)).expect("a field");
    match &field.kind {
        Kind::Part(inner) | Kind::Rows(inner) => leaf(inner, &names.collect::<Vec<_>>().join(".")),
        _ => (shape.name, field.name),
    }
}

mod tests;
