//! All records of a cluster, and the rows made of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use slipway_api::{AppKey, AppRow};

use super::fold::{AppObjects, DEPLOYMENT};
use super::kind::KindSet;
use super::space::{Kept, Setting, Space};

/// All records of a cluster.
#[derive(Debug, Default)]
pub(super) struct Index {
    cluster: String,
    simulated: bool,
    spaces: BTreeMap<String, Space>,
}

/// What changed at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    /// Rows that are others now.
    pub(super) rows: Vec<Arc<AppRow>>,
    /// Apps that are gone.
    pub(super) gone: Vec<AppKey>,
    /// Apps that anything happened to, by namespace and name.
    pub(super) touched: Vec<(String, String)>,
    /// Whether everything was forgotten.
    pub(super) forgotten: bool,
}

impl Index {
    pub(super) fn new(cluster: &str) -> Self {
        Self {
            cluster: cluster.to_owned(),
            simulated: false,
            spaces: BTreeMap::new(),
        }
    }

    /// Notes whether addresses of the cluster carry no traffic.
    pub(super) fn set_simulated(&mut self, simulated: bool) {
        if self.simulated != simulated {
            self.simulated = simulated;
            self.spaces.values_mut().for_each(Space::touch_all);
        }
    }

    pub(super) fn put<R: Kept>(&mut self, record: R) {
        self.spaces
            .entry(record.namespace().to_owned())
            .or_default()
            .put(record);
    }

    pub(super) fn remove<R: Kept>(&mut self, namespace: &str, name: &str) {
        if let Some(space) = self.spaces.get_mut(namespace) {
            space.remove::<R>(name);
        }
    }

    /// Keeps just these records of their kind, in one namespace or everywhere.
    pub(super) fn replace<R: Kept>(&mut self, namespace: Option<&str>, records: Vec<R>) {
        let mut listed: HashMap<String, Vec<R>> = HashMap::new();
        for record in records {
            listed
                .entry(record.namespace().to_owned())
                .or_default()
                .push(record);
        }
        for (name, space) in &mut self.spaces {
            if namespace.is_none_or(|only| only == name) {
                space.replace(listed.remove(name).unwrap_or_default());
            }
        }
        for (name, records) in listed {
            self.spaces.entry(name).or_default().replace(records);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.spaces.clear();
    }

    /// Brings the rows up to date and answers what changed.
    pub(super) fn refresh(&mut self) -> Batch {
        let mut batch = Batch::default();
        let setting = Setting {
            cluster: &self.cluster,
            simulated: self.simulated,
        };
        for (namespace, space) in &mut self.spaces {
            for app in space.refresh(setting) {
                batch.touched.push((namespace.clone(), app.name.clone()));
                match app.row {
                    Some(row) if app.changed => batch.rows.push(row),
                    None if app.changed => batch.gone.push(key(&self.cluster, namespace, app.name)),
                    _ => {}
                }
            }
        }
        self.spaces.retain(|_, space| !space.is_empty());
        batch
    }

    /// Namespaces that have apps.
    pub(super) fn namespaces(&self) -> Vec<String> {
        let with_apps = self.spaces.iter().filter(|(_, space)| space.rows().len() > 0);
        with_apps.map(|(namespace, _)| namespace.clone()).collect()
    }

    /// The namespaces, each with its rows by name.
    pub(super) fn spaces(&self) -> impl Iterator<Item = (&String, &Space)> {
        self.spaces.iter()
    }

    /// Everything of one app that may be seen.
    pub(super) fn objects(&self, namespace: &str, name: &str, kinds: KindSet) -> Option<AppObjects<'_>> {
        let setting = Setting {
            cluster: &self.cluster,
            simulated: self.simulated,
        };
        self.spaces.get(namespace)?.objects(setting, name, kinds)
    }
}

fn key(cluster: &str, namespace: &str, name: String) -> AppKey {
    AppKey {
        cluster: cluster.to_owned(),
        namespace: namespace.to_owned(),
        kind: DEPLOYMENT.to_owned(),
        name,
    }
}

#[cfg(test)]
mod tests;
