//! The objects of a manifest in a file, read as kubectl reads them, and held to the types that Kubernetes has for them.

use anyhow::bail;
use serde_json::Value;
use slipway_model::file::{Document, Fault, FileProblem, Flaw, documents};
use slipway_plan::read::{Mistyped, mistyped};

/// All objects of a file: YAML documents, or JSON. Empty documents count as not there. A value of another type than its
/// field has is refused here with its line, as the API server refuses it without one.
pub(crate) fn objects(text: &str) -> anyhow::Result<Vec<Value>> {
    let documents = documents(text).map_err(|fault| anyhow::anyhow!("{}", worded(&fault)))?;
    for document in &documents {
        check(document)?;
    }
    Ok(documents.into_iter().map(|document| document.value).collect())
}

/// What is wrong with the file, in words.
fn worded(fault: &Fault) -> String {
    let place = fault.place.map_or_else(String::new, |place| {
        format!("line {}, column {}: ", place.line, place.column)
    });
    let problem = match &fault.flaw {
        Flaw::File(FileProblem::DuplicateField { first_line }) => {
            format!(
                "the field {} stands twice, first on line {first_line}",
                fault.field
            )
        }
        Flaw::File(FileProblem::Unreadable { message }) => {
            format!("this is neither YAML nor JSON: {message}")
        }
        Flaw::File(FileProblem::TabForBlanks {}) => "a tab where YAML wants blanks".to_owned(),
        Flaw::File(FileProblem::TagNotRead { tag }) => format!("the tag {tag} has no meaning here"),
        Flaw::File(FileProblem::TooLarge {}) => "the file is too large".to_owned(),
        Flaw::File(_) | Flaw::Field(_) => "this is no manifest".to_owned(),
    };
    format!("{place}{problem}")
}

fn check(document: &Document) -> anyhow::Result<()> {
    let Some(Mistyped { pointer, message }) = mistyped(&document.value) else {
        return Ok(());
    };
    let place = document.place(&pointer);
    let line = place.map_or_else(String::new, |place| {
        format!("line {}, column {}: ", place.line, place.column)
    });
    let field = pointer.trim_start_matches('/').replace('/', ".");
    bail!("{line}{field}: {message}; Kubernetes refuses such a value");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_several_documents_are_read() {
        assert_eq!(objects("{\"kind\": \"A\"}").unwrap().len(), 1);
        assert_eq!(objects("---\nkind: A\n---\n---\nkind: B\n").unwrap().len(), 2);
        assert!(objects("kind: [").is_err());
    }

    fn refusal(text: &str) -> String {
        objects(text).unwrap_err().to_string()
    }

    #[test]
    fn a_field_that_stands_twice_is_refused_in_words() {
        assert_eq!(
            refusal("kind: Deployment\nspec:\n  replicas: 1\n  replicas: 2\n"),
            "line 4, column 3: the field replicas stands twice, first on line 3"
        );
    }

    #[test]
    fn a_number_where_text_belongs_is_refused_with_its_line_as_the_server_does() {
        let manifest = |env: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        env:\n        - name: ZIP\n          value: {env}\n"
            )
        };
        for unquoted in ["01234", "1e3", "yes"] {
            let said = refusal(&manifest(unquoted));
            assert!(
                said.starts_with(
                    "line 10, column 18: spec.template.spec.containers.0.env.0.value: invalid type"
                ),
                "{said}"
            );
        }
        for quoted in ["'01234'", "\"1e3\"", "!!str yes", "12:30"] {
            assert!(objects(&manifest(quoted)).is_ok(), "{quoted}");
        }
        let listed = refusal(
            "kind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  spec: { ports: [{ port: '80' }] }\n",
        );
        assert!(listed.starts_with("line 5, column "), "{listed}");
        assert!(listed.contains("items.0.spec.ports.0.port"), "{listed}");
    }
}
