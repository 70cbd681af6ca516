//! The records of one namespace, and the apps they make.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use slipway_api::AppRow;

use super::fold::{AppObjects, app_row};
use super::kind::{Kind, KindSet};
use super::links::{Links, Pair, selects};
use super::record::{
    AutoscalerRecord, DeploymentRecord, IngressRecord, PodRecord, Record, ReplicaSetRecord, ServiceRecord,
};

/// The records of one namespace.
#[derive(Debug, Default)]
pub(super) struct Space {
    deployments: BTreeMap<String, DeploymentRecord>,
    replica_sets: BTreeMap<String, ReplicaSetRecord>,
    pods: BTreeMap<String, PodRecord>,
    services: BTreeMap<String, ServiceRecord>,
    ingresses: BTreeMap<String, IngressRecord>,
    autoscalers: BTreeMap<String, AutoscalerRecord>,
    apps_labelled: Links<Pair>,
    sets_of_app: Links<String>,
    pods_of_set: Links<String>,
    /// By the first pair of their selector.
    services_selecting: Links<Pair>,
    ingresses_of_service: Links<String>,
    autoscalers_of_app: Links<String>,
    rows: BTreeMap<String, Arc<AppRow>>,
    touched: BTreeSet<String>,
}

/// A record that has a place in a [`Space`].
pub(super) trait Kept: Record + PartialEq {
    /// Where records of this kind are.
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self>
    where
        Self: Sized;
    /// Notes what it refers to.
    fn link(&self, space: &mut Space);
    /// Takes that back.
    fn unlink(&self, space: &mut Space);
    /// The apps it concerns.
    fn apps(&self, space: &Space) -> Vec<String>;
    /// Whether it is worth keeping.
    fn wanted(&self) -> bool {
        true
    }
}

impl Space {
    /// Keeps a record in place of an older one. Does nothing when nothing that is shown differs.
    pub(super) fn put<R: Kept>(&mut self, record: R) {
        if !record.wanted() {
            self.remove::<R>(record.name());
            return;
        }
        if R::table(self).get(record.name()) == Some(&record) {
            return;
        }
        self.remove::<R>(record.name());
        record.link(self);
        self.touched.extend(record.apps(self));
        let name = record.name().to_owned();
        R::table(self).insert(name, record);
    }

    /// Forgets a record.
    pub(super) fn remove<R: Kept>(&mut self, name: &str) {
        if let Some(record) = R::table(self).remove(name) {
            self.touched.extend(record.apps(self));
            record.unlink(self);
        }
    }

    /// Keeps just these records of their kind.
    pub(super) fn replace<R: Kept>(&mut self, records: Vec<R>) {
        let listed: BTreeSet<&str> = records.iter().map(Record::name).collect();
        let gone: Vec<String> = R::table(self)
            .keys()
            .filter(|name| !listed.contains(name.as_str()))
            .cloned()
            .collect();
        for name in gone {
            self.remove::<R>(&name);
        }
        for record in records {
            self.put(record);
        }
    }

    /// Whether nothing is known of the namespace.
    pub(super) fn is_empty(&self) -> bool {
        self.deployments.is_empty()
            && self.replica_sets.is_empty()
            && self.pods.is_empty()
            && self.services.is_empty()
            && self.ingresses.is_empty()
            && self.autoscalers.is_empty()
            && self.rows.is_empty()
    }

    /// Everything of one app that may be seen.
    pub(super) fn objects<'a>(
        &'a self,
        setting: Setting<'a>,
        name: &str,
        kinds: KindSet,
    ) -> Option<AppObjects<'a>> {
        let deployment = self.deployments.get(name)?;
        let services = if kinds.contains(Kind::Service) {
            self.services_of(deployment)
        } else {
            Vec::new()
        };
        let ingresses = if kinds.contains(Kind::Ingress) {
            self.ingresses_of(&services)
        } else {
            Vec::new()
        };
        let pods = if kinds.contains(Kind::Pod) {
            self.pods_of(name)
        } else {
            Vec::new()
        };
        let mut autoscalers = self
            .autoscalers_of_app
            .of(name)
            .filter_map(|name| self.autoscalers.get(name));
        Some(AppObjects {
            cluster: setting.cluster,
            simulated: setting.simulated,
            deployment,
            pods,
            services,
            ingresses,
            autoscaler: autoscalers.next().filter(|_| kinds.contains(Kind::Autoscaler)),
        })
    }

    /// Brings the rows up to date; answers the apps that something happened to, and their rows as they are now.
    pub(super) fn refresh(&mut self, setting: Setting<'_>) -> Vec<Refreshed> {
        let touched = std::mem::take(&mut self.touched);
        touched
            .into_iter()
            .map(|name| self.refreshed(setting, name))
            .collect()
    }

    fn refreshed(&mut self, setting: Setting<'_>, name: String) -> Refreshed {
        let row = self
            .objects(setting, &name, KindSet::shown())
            .map(|objects| Arc::new(app_row(&objects)));
        let before = match &row {
            Some(row) => self.rows.insert(name.clone(), Arc::clone(row)),
            None => self.rows.remove(&name),
        };
        Refreshed {
            changed: before != row,
            name,
            row,
        }
    }

    /// Makes every row be judged anew.
    pub(super) fn touch_all(&mut self) {
        self.touched.extend(self.deployments.keys().cloned());
    }

    /// The rows, by name.
    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &Arc<AppRow>> {
        self.rows.values()
    }

    fn pods_of(&self, app: &str) -> Vec<&PodRecord> {
        let sets = self.sets_of_app.of(app);
        let names = sets.flat_map(|set| self.pods_of_set.of(set));
        let mut pods: Vec<&PodRecord> = names.filter_map(|name| self.pods.get(name)).collect();
        pods.sort_by(|one, other| one.place.name.cmp(&other.place.name));
        pods
    }

    fn services_of(&self, deployment: &DeploymentRecord) -> Vec<&ServiceRecord> {
        let labels = &deployment.template_labels;
        let names: BTreeSet<&String> = labels
            .iter()
            .flat_map(|pair| self.services_selecting.of(pair))
            .collect();
        let services = names.into_iter().filter_map(|name| self.services.get(name));
        services
            .filter(|service| selects(&service.selector, labels))
            .collect()
    }

    fn ingresses_of(&self, services: &[&ServiceRecord]) -> Vec<&IngressRecord> {
        let names: BTreeSet<&String> = services
            .iter()
            .flat_map(|service| self.ingresses_of_service.of(&service.place.name))
            .collect();
        names
            .into_iter()
            .filter_map(|name| self.ingresses.get(name))
            .collect()
    }

    fn apps_selected(&self, selector: &[Pair]) -> Vec<String> {
        let Some(pair) = selector.first() else {
            return Vec::new();
        };
        let apps = self.apps_labelled.of(pair).filter(|name| {
            self.deployments
                .get(*name)
                .is_some_and(|app| selects(selector, &app.template_labels))
        });
        apps.cloned().collect()
    }
}

/// What is the same for all apps of a cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// The cluster's slug.
    pub(super) cluster: &'a str,
    /// Whether its addresses carry no traffic.
    pub(super) simulated: bool,
}

/// An app that something happened to.
#[derive(Debug)]
pub(super) struct Refreshed {
    pub(super) name: String,
    /// Whether its row is another one now.
    pub(super) changed: bool,
    /// None when the app is gone.
    pub(super) row: Option<Arc<AppRow>>,
}

impl Kept for DeploymentRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.deployments
    }

    fn link(&self, space: &mut Space) {
        for pair in &self.template_labels {
            space.apps_labelled.add(pair.clone(), &self.place.name);
        }
    }

    fn unlink(&self, space: &mut Space) {
        for pair in &self.template_labels {
            space.apps_labelled.remove(pair, &self.place.name);
        }
    }

    fn apps(&self, _: &Space) -> Vec<String> {
        vec![self.place.name.clone()]
    }
}

impl Kept for ReplicaSetRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.replica_sets
    }

    fn link(&self, space: &mut Space) {
        space.sets_of_app.add(self.deployment.clone(), &self.place.name);
    }

    fn unlink(&self, space: &mut Space) {
        space.sets_of_app.remove(&self.deployment, &self.place.name);
    }

    fn apps(&self, _: &Space) -> Vec<String> {
        vec![self.deployment.clone()]
    }

    /// One without pods, kept by Kubernetes for going back, ties nothing to anything.
    fn wanted(&self) -> bool {
        self.pods > 0 && !self.deployment.is_empty()
    }
}

impl Kept for PodRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.pods
    }

    fn link(&self, space: &mut Space) {
        space.pods_of_set.add(self.replica_set.clone(), &self.place.name);
    }

    fn unlink(&self, space: &mut Space) {
        space.pods_of_set.remove(&self.replica_set, &self.place.name);
    }

    fn apps(&self, space: &Space) -> Vec<String> {
        space
            .replica_sets
            .get(&self.replica_set)
            .map(|set| set.deployment.clone())
            .into_iter()
            .collect()
    }

    fn wanted(&self) -> bool {
        !self.replica_set.is_empty()
    }
}

impl Kept for ServiceRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.services
    }

    fn link(&self, space: &mut Space) {
        if let Some(pair) = self.selector.first() {
            space.services_selecting.add(pair.clone(), &self.place.name);
        }
    }

    fn unlink(&self, space: &mut Space) {
        if let Some(pair) = self.selector.first() {
            space.services_selecting.remove(pair, &self.place.name);
        }
    }

    fn apps(&self, space: &Space) -> Vec<String> {
        space.apps_selected(&self.selector)
    }
}

impl Kept for IngressRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.ingresses
    }

    fn link(&self, space: &mut Space) {
        for route in &self.routes {
            space
                .ingresses_of_service
                .add(route.service.clone(), &self.place.name);
        }
    }

    fn unlink(&self, space: &mut Space) {
        for route in &self.routes {
            space
                .ingresses_of_service
                .remove(&route.service, &self.place.name);
        }
    }

    fn apps(&self, space: &Space) -> Vec<String> {
        let services = self
            .routes
            .iter()
            .filter_map(|route| space.services.get(&route.service));
        services
            .flat_map(|service| space.apps_selected(&service.selector))
            .collect()
    }
}

impl Kept for AutoscalerRecord {
    fn table(space: &mut Space) -> &mut BTreeMap<String, Self> {
        &mut space.autoscalers
    }

    fn link(&self, space: &mut Space) {
        space
            .autoscalers_of_app
            .add(self.deployment.clone(), &self.place.name);
    }

    fn unlink(&self, space: &mut Space) {
        space
            .autoscalers_of_app
            .remove(&self.deployment, &self.place.name);
    }

    fn apps(&self, _: &Space) -> Vec<String> {
        vec![self.deployment.clone()]
    }
}
