//! Environment variables.

use std::collections::BTreeMap;

use slipway_model::draft::{Container, Variable};

use super::logs;
use super::part::Part;

/// Reads the variables of a container, and the logs that the last of them stand for.
pub(super) fn read(part: &mut Part, container: &mut Container) {
    logs(part, container);
    let mut rows = part.rows("env");
    let names: Vec<Option<String>> = rows.iter().map(name).collect();
    // Of two of one name the program sees the last; the others are left as they are.
    let last: BTreeMap<&str, usize> = names
        .iter()
        .enumerate()
        .filter_map(|(place, name)| Some((name.as_deref()?, place)))
        .collect();
    for (place, row) in rows.iter_mut().enumerate() {
        let counts = names[place].as_deref().is_none_or(|name| last[name] == place);
        if counts {
            container.env.extend(row.attempt(variable));
        }
    }
    drop(rows);
    for mut row in part.rows("envFrom") {
        container.env.extend(row.wholly(whole_object));
    }
}

fn name(row: &Part) -> Option<String> {
    Some(row.peek("name")?.as_str()?.to_owned())
}

/// Reads the logs that the last variables of a container stand for.
fn logs(part: &mut Part, container: &mut Container) {
    let mut rows = part.rows("env");
    let plain: Vec<_> = rows.iter().map(|row| row.whole().and_then(logs::plain)).collect();
    let tail = logs::tail(&plain);
    for row in &mut rows[tail.begins..] {
        row.take("name");
        row.take("value");
    }
    drop(rows);
    container.logs = tail.logs;
    container.log_tags = tail.tags;
    for log in &mut container.logs {
        log.id = part.id();
    }
    for tag in &mut container.log_tags {
        tag.id = part.id();
    }
}

/// One variable. One whose value comes from somewhere that the form does not know is left.
fn variable(part: &mut Part) -> Option<Variable> {
    part.peek("name")?;
    let mut row = Variable {
        id: part.id(),
        name: part.text("name"),
        ..Variable::default()
    };
    if part.peek("valueFrom").is_none() {
        row.value = part.string("value").unwrap_or_default().into();
        // What is no text a server refuses; as text it would be another value than was written.
        return part.peek("value").is_none().then_some(row);
    }
    part.forget("value", "");
    let mut from = part.inner("valueFrom");
    for (key, kind) in [("configMapKeyRef", "config_map"), ("secretKeyRef", "secret")] {
        if from.peek(key).is_some() {
            let mut object = from.inner(key);
            row.kind = kind.into();
            row.object = object.text("name");
            row.key = object.text("key");
            row.optional = object.switch("optional");
        }
    }
    if from.peek("fieldRef").is_some() {
        let mut field = from.inner("fieldRef");
        field.forget("apiVersion", "v1");
        row.kind = "field".into();
        row.field = field.text("fieldPath");
    }
    if from.peek("resourceFieldRef").is_some() {
        let mut resource = from.inner("resourceFieldRef");
        resource.forget("divisor", "0");
        row.kind = "resource".into();
        row.resource = resource.text("resource");
        row.divisor = resource.text("divisor");
        row.container = resource.text("containerName");
    }
    (row.kind.text() != "value").then_some(row)
}

/// Every key of a ConfigMap or Secret.
fn whole_object(part: &mut Part) -> Option<Variable> {
    let mut row = Variable {
        id: part.id(),
        prefix: part.text("prefix"),
        ..Variable::default()
    };
    for (key, kind) in [("configMapRef", "config_map"), ("secretRef", "secret")] {
        if part.peek(key).is_some() {
            let mut object = part.inner(key);
            row.kind = kind.into();
            row.object = object.text("name");
            row.optional = object.switch("optional");
        }
    }
    (row.kind.text() != "value").then_some(row)
}
