//! From a path in a Kubernetes object back to the field of the draft it came from.
//!
//! Follows the plan kind by kind: what the plan writes there, this reads back.

mod affinity;
mod claims_first;
mod container;
mod environment;
mod ingress;
mod numbered;
mod pod;
mod route;
mod rows;
mod scaling;
mod service;
mod storage;
mod workload;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use slipway_model::App;
use slipway_plan::PlannedObject;

pub use numbered::Numbered;

/// Which field of the draft each part of one object comes from.
///
/// Stored with the object, so that a refusal finds its field however the draft has changed since. A path the draft
/// does not know belongs to the field of the nearest part around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldMap(Vec<(String, String)>);

impl FieldMap {
    /// The fields behind one planned object of an app.
    pub fn of(app: &App, object: &PlannedObject) -> Self {
        let mut map = Self::default();
        map.add("metadata.namespace", "basics.namespace");
        match object.key.kind.as_str() {
            "Service" => map.service(app, object),
            "Ingress" => map.ingress(app, object),
            "HTTPRoute" => map.route(app, object),
            "HorizontalPodAutoscaler" => map.autoscaler(app),
            "CronHorizontalPodAutoscaler" => map.timed_scaler(app),
            "PersistentVolumeClaim" => map.claim(app, object),
            "PersistentVolume" => map.volume(app, object),
            _ => map.workload(app),
        }
        map.rows(app);
        map
    }

    /// The field behind a path such as `spec.template.spec.containers[0].ports[0].name`.
    pub fn field(&self, path: &str) -> &str {
        let around = self.0.iter().filter(|(known, _)| covers(known, path));
        around
            .max_by_key(|(known, _)| known.len())
            .map_or("basics.name", |(_, field)| field)
    }

    /// The same for many paths: each takes time in proportion to the path.
    pub fn lookup(&self) -> Lookup<'_> {
        // Of equal paths the last one counts, as for `field`.
        Lookup(self.paths().collect())
    }

    /// The field that names the object.
    pub fn name(&self) -> &str {
        self.field("metadata.name")
    }

    /// The field that a refusal is about. About amounts the server names the list, and the resource in its words only; of
    /// a label and the like it names the map, and quotes the key or the value.
    pub fn of_cause(&self, path: &str, words: &str) -> &str {
        // Where the schema of a kind is all there is, the path stands at the end of the words.
        let path = match words.rsplit_once(" in ") {
            Some((_, inside)) if path == "<nil>" => inside,
            _ => path,
        };
        let written = self.as_written(path);
        let path = &*written;
        let named = ["memory", "ephemeral-storage"].into_iter().find(|resource| {
            path.ends_with("resources.requests") && words.contains(&format!("{resource} limit"))
        });
        match named {
            Some(resource) => self.field(&format!("{path}.{resource}")),
            None => self.quoted_row(path, words).unwrap_or_else(|| {
                let field = self.field(path);
                // A label that nobody typed is made of the name: by the plan, or of a Job by the server.
                let untyped = field.rsplit('.').next() == Some("labels") && rows::quoted(words).is_some();
                if untyped { "basics.name" } else { field }
            }),
        }
    }

    /// The field that a warning is about: those about one part begin with its path.
    pub fn of_warning(&self, words: &str) -> &str {
        let path = words.split_once(": ").map_or("", |(path, _)| path);
        let is_path = path.starts_with("spec.") || path.starts_with("metadata.");
        self.field(if is_path { path } else { "" })
    }

    /// Each path that is known, with its field.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, field)| (path.as_str(), field.as_str()))
    }

    /// The fields behind a Pod made from the template.
    #[must_use]
    pub fn of_pod(&self) -> Self {
        let inside = self.0.iter().filter_map(|(path, field)| {
            let template = path.strip_prefix("spec.jobTemplate.").unwrap_or(path);
            Some((template.strip_prefix("spec.template.")?, field))
        });
        let mut map = Self(
            inside
                .map(|(path, field)| (path.to_owned(), field.clone()))
                .collect(),
        );
        map.add("", "containers");
        map.add("metadata.namespace", "basics.namespace");
        map
    }

    fn add(&mut self, path: impl Into<String>, field: impl Into<String>) {
        self.0.push((path.into(), field.into()));
    }

    /// Adds paths below one path, each with a field below one field.
    fn add_all(&mut self, path: &str, field: &str, parts: &[(&str, &str)]) {
        for (part, leaf) in parts {
            let dot = if part.is_empty() || part.starts_with('[') {
                ""
            } else {
                "."
            };
            self.add(format!("{path}{dot}{part}"), format!("{field}.{leaf}"));
        }
    }
}

/// The fields behind paths, found by path.
#[derive(Debug)]
pub struct Lookup<'m>(HashMap<&'m str, &'m str>);

impl<'m> Lookup<'m> {
    /// The field behind a path.
    pub fn field(&self, path: &str) -> &'m str {
        let found = outwards(path).find_map(|known| self.0.get(known));
        found.copied().unwrap_or("basics.name")
    }
}

/// A path and all that it lies inside of, the path itself first and the whole object last.
pub fn outwards(path: &str) -> impl Iterator<Item = &str> {
    let inside = path
        .char_indices()
        .rev()
        .filter(|(_, sign)| matches!(sign, '.' | '['));
    std::iter::once(path)
        .chain(inside.map(|(end, _)| &path[..end]))
        .chain((!path.is_empty()).then_some(""))
}

/// Whether a path is a known one or lies inside it.
fn covers(known: &str, path: &str) -> bool {
    known.is_empty()
        || path
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests;
