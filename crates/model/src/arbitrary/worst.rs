//! Drafts that take the longest to judge: lists as long as they may be.

use serde_json::{Map, Value, json};

use super::choices::LISTS;
use super::{choices, pattern, with_every_row};
use crate::Draft;
use crate::draft::bounds::most_rows;

/// Rows around a list that is within rows, so that many lists are long.
const AROUND: usize = 4;

/// How the rows of a long list differ.
#[derive(Clone, Copy, Debug)]
pub enum Rows {
    /// All names and numbers are different.
    Different,
    /// All rows are the same.
    Alike,
    /// Nothing in them can be read.
    Wrong,
    /// There is nothing in them.
    Blank,
}

impl Rows {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Different, Self::Alike, Self::Wrong, Self::Blank];
}

/// A draft for each list, with about so many rows in that list, or in several lists of that kind.
pub fn worst(rows: usize, kind: Rows) -> impl Iterator<Item = (&'static str, Draft)> {
    let base = template();
    LISTS.iter().map(move |list| {
        let mut value = base.clone();
        lengthen(&mut value, list, rows, kind);
        number(&mut value, 1);
        (*list, draft(value))
    })
}

/// A draft in which many Services and Ingresses refer to many ports, Services, volumes and containers by name.
pub fn entangled(rows: usize) -> Draft {
    let each = rows / 8;
    let list = |row: &dyn Fn(usize) -> Value| (0..each).map(row).collect::<Vec<_>>();
    let named = |start: &str, n: usize| format!("{start}{n}");
    let few = |row: &dyn Fn(usize) -> Value| (0..each.min(90)).map(row).collect::<Vec<_>>();
    draft(json!({
        "basics": { "namespace": "default", "name": "app", "kind": "Deployment", "replicas": "1" },
        "containers": [{
            "name": "app", "image": "nginx:1.27",
            "resources": { "cpu_limit": "1" },
            "ports": list(&|n| json!({ "name": named("p", n), "number": 1 + n })),
            "env": list(&|n| json!({ "name": named("V", n), "kind": "resource", "resource": "limits.cpu", "container": "app" })),
            "mounts": list(&|n| json!({ "volume": named("v", n % 90), "path": named("/m/", n) })),
            "logs": list(&|n| json!({ "store": named("s", n), "path": named("/logs/a/b/c/*.log", n) })),
        }],
        "volumes": few(&|n| json!({ "name": named("v", n), "kind": "empty_dir" })),
        "services": [{ "name": "svc", "ports": list(&|n| json!({ "name": named("p", n), "port": 1 + n, "target": named("p", n) })) }],
        "ingresses": few(&|n| json!({ "name": named("i", n), "service": "svc",
            "rules": (0..each / 40).map(|r| json!({ "host": format!("h{n}-{r}.example.com"), "port": 1 + r })).collect::<Vec<_>>(),
            "tls": [{ "secret": "s" }] })),
    }))
}

/// A draft in which every leaf is this text.
pub fn with_every_leaf(text: &str) -> Draft {
    let mut draft = with_every_row();
    let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
    for path in paths {
        if let Some(leaf) = draft.leaf_mut(&path) {
            leaf.set(text);
        }
    }
    draft
}

/// A row in every list, each field filled in; `#` in it stands for a number.
fn template() -> Value {
    let mut draft = with_every_row();
    let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
    for path in paths {
        let first = choices(&pattern(&path)).and_then(<[&str]>::first).copied();
        if let (Some(leaf), Some(first)) = (draft.leaf_mut(&path), first) {
            leaf.set(first);
        }
    }
    serde_json::to_value(draft).unwrap_or_default()
}

fn draft(value: Value) -> Draft {
    let mut draft: Draft = serde_json::from_value(value).unwrap_or_default();
    draft.give_ids();
    draft
}

fn lengthen(value: &mut Value, list: &str, rows: usize, kind: Rows) {
    if let Some((outer, inner)) = list.split_once(".*.") {
        multiply(at(value, outer), AROUND, Rows::Different);
        if let Some(outer) = at(value, outer).as_array_mut() {
            for row in outer {
                multiply(at(row, inner), (rows / AROUND).min(most_rows(list)), kind);
            }
        }
    } else {
        multiply(at(value, list), rows.min(most_rows(list)), kind);
    }
}

fn at<'v>(value: &'v mut Value, path: &str) -> &'v mut Value {
    path.split('.').fold(value, |value, name| &mut value[name])
}

fn multiply(list: &mut Value, rows: usize, kind: Rows) {
    let Some(row) = list.as_array().and_then(|rows| rows.first()).cloned() else {
        return;
    };
    let copy = |n: usize| {
        let mut row = row.clone();
        if let Some(fields) = row.as_object_mut() {
            fields.remove("id");
            each_text(fields, &mut |text| match kind {
                Rows::Different => *text = text.replace('#', &n.to_string()),
                Rows::Alike => {}
                Rows::Wrong => *text = format!("?! {n}"),
                Rows::Blank => text.clear(),
            });
        }
        row
    };
    *list = Value::Array((1..=rows).map(copy).collect());
}

/// Puts a number wherever there is none yet.
fn number(value: &mut Value, n: usize) {
    if let Some(fields) = value.as_object_mut() {
        each_text(fields, &mut |text| *text = text.replace('#', &n.to_string()));
    }
}

fn each_text(fields: &mut Map<String, Value>, see: &mut dyn FnMut(&mut String)) {
    for value in fields.values_mut() {
        within(value, see);
    }
}

fn within(value: &mut Value, see: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(rows) => rows.iter_mut().for_each(|row| within(row, see)),
        Value::Object(fields) => each_text(fields, see),
        _ => {}
    }
}
