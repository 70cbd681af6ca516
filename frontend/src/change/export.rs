//! A change as a file, for whoever keeps the objects of an app elsewhere.

use std::fmt::Write;

use leptos::prelude::*;
use slipway_api::{ObjectChange, ObjectRef};

/// A link that saves a text as a file.
#[component]
pub fn Export(
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// The name of the file.
    #[prop(into)]
    file: String,
    /// What is in it.
    text: String,
    /// Whether it is the first thing to do here.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let class = if primary {
        "pf-v6-c-button pf-m-primary"
    } else {
        "pf-v6-c-button pf-m-secondary"
    };
    let href = format!(
        "data:text/plain;charset=utf-8,{}",
        String::from(js_sys::encode_uri_component(&text))
    );
    view! { <a class=class href=href download=file><span class="pf-v6-c-button__text">{label}</span></a> }
}

/// The differences of all objects, one after the other.
pub fn diff_text(objects: &[ObjectChange]) -> String {
    let mut text = String::new();
    for ObjectChange { object, diff, .. } in objects {
        let _ = writeln!(text, "# {}\n{}\n", address(object), diff.trim_end());
    }
    text
}

/// The objects that go, as documents that `kubectl delete -f` takes.
pub fn deletion_text(objects: &[ObjectRef]) -> String {
    let mut text = String::new();
    for object in objects {
        let _ = writeln!(
            text,
            "---\napiVersion: {:?}\nkind: {:?}\nmetadata:\n  name: {:?}",
            object.api_version, object.kind, object.name
        );
        if let Some(namespace) = &object.namespace {
            let _ = writeln!(text, "  namespace: {namespace:?}");
        }
    }
    text
}

fn address(object: &ObjectRef) -> String {
    let namespace = object.namespace.as_deref().unwrap_or("-");
    format!(
        "{} {} {namespace}/{}",
        object.api_version, object.kind, object.name
    )
}

#[cfg(test)]
mod tests {
    use slipway_api::ObjectVerb;

    use super::*;

    fn object() -> ObjectRef {
        ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: Some("default".into()),
            name: "shop".into(),
        }
    }

    #[test]
    fn the_file_of_a_change_names_each_object_above_its_difference() {
        let change = ObjectChange {
            object: object(),
            verb: ObjectVerb::Change,
            diff: "-a\n+b\n".into(),
        };

        assert_eq!(
            diff_text(&[change]),
            "# apps/v1 Deployment default/shop\n-a\n+b\n\n"
        );
    }

    #[test]
    fn the_file_of_a_deletion_is_a_document_for_each_object() {
        assert_eq!(
            deletion_text(&[object()]),
            "---\napiVersion: \"apps/v1\"\nkind: \"Deployment\"\nmetadata:\n  name: \"shop\"\n  namespace: \"default\"\n"
        );
    }
}
