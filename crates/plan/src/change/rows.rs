//! Which row of the draft each element of a planned object comes from.
//!
//! Follows the plan list by list, as what it plans is in the order of its rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use slipway_model::App;
use slipway_model::app::{
    Access, Affinity, AffinityKind, Container, Ingress, Replicas, RowText, VolumeSource,
};

use super::tags::tagged;
use crate::{PlannedObject, log_volume};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// The body of a planned object, its elements tagged with their rows.
pub(super) fn tagged_body(app: &App, object: &PlannedObject) -> Value {
    let rows = Rows::of(app, object);
    tagged(
        object.body.value(),
        rows.0
            .iter()
            .map(|(pointer, tag)| (pointer.as_str(), tag.clone())),
    )
}

/// What an object is for, whatever its name: the row that it comes from and its place among several objects of one row.
/// None for objects that others do not name by a row.
pub(super) fn row_of(app: &App, object: &PlannedObject) -> Option<(u32, String)> {
    let name = object.key.name.as_str();
    match object.key.kind.as_str() {
        "Service" => {
            let row = app
                .services
                .iter()
                .find(|service| service.name.as_str() == name)?
                .row;
            Some((row, String::new()))
        }
        "Ingress" | "HTTPRoute" => {
            // The longest name that fits: one Ingress may be named like another with a number behind.
            let fits = app.ingresses.iter().filter_map(|ingress| {
                let rest = name.strip_prefix(ingress.name.as_str())?;
                (rest.is_empty() || rest.starts_with('-')).then_some((ingress.row, rest.to_owned()))
            });
            fits.min_by_key(|(_, rest)| rest.len())
        }
        _ => None,
    }
}

/// Pointers of elements, each with the tag of its row.
#[derive(Default)]
struct Rows(Vec<(String, String)>);

impl Rows {
    fn of(app: &App, object: &PlannedObject) -> Self {
        let mut rows = Self::default();
        match object.key.kind.as_str() {
            "Service" => rows.service(app, object),
            "Ingress" => rows.ingress(app, object),
            "HTTPRoute" => rows.route(app, object),
            "PersistentVolume" | "PersistentVolumeClaim" => {}
            "HorizontalPodAutoscaler" => rows.metrics(app),
            "CronHorizontalPodAutoscaler" => {
                let jobs = app.timed.iter().flat_map(|timed| &timed.jobs);
                rows.list("/spec/jobs", jobs.map(|job| job.row));
            }
            "CronJob" => rows.pods(app, "/spec/jobTemplate/spec/template/spec"),
            _ => {
                rows.pods(app, "/spec/template/spec");
                rows.claim_templates(app);
            }
        }
        rows
    }

    fn add(&mut self, pointer: String, tag: String) {
        self.0.push((pointer, tag));
    }

    /// The elements of a list, one for each row in this order.
    fn list<T: ToString>(&mut self, pointer: &str, rows: impl IntoIterator<Item = T>) {
        for (number, row) in rows.into_iter().enumerate() {
            self.add(format!("{pointer}/{number}"), row.to_string());
        }
    }

    fn service(&mut self, app: &App, object: &PlannedObject) {
        let service = app
            .services
            .iter()
            .find(|service| service.name.as_str() == object.key.name);
        let ports = service.into_iter().flat_map(|service| &service.ports);
        self.list("/spec/ports", ports.map(|port| port.row));
    }

    /// The Gateways of a route that says by itself at which it is.
    fn route(&mut self, app: &App, object: &PlannedObject) {
        let row = row_of(app, object).map(|(row, _)| row);
        let ingress = app.ingresses.iter().find(|ingress| Some(ingress.row) == row);
        if let Some(Access::Route(gateways)) = ingress.and_then(|ingress| ingress.access.as_ref()) {
            self.list("/spec/parentRefs", gateways.iter().map(|gateway| gateway.row));
        }
    }

    /// Paths are gathered by host. A host of one row is known by it, one of several by its name: each may go elsewhere.
    fn ingress(&mut self, app: &App, object: &PlannedObject) {
        let Some(ingress) =
            row_of(app, object).and_then(|(row, _)| app.ingresses.iter().find(|ingress| ingress.row == row))
        else {
            return;
        };
        let lines = object.body.value()["spec"]["rules"]
            .as_array()
            .into_iter()
            .flatten();
        let lines: usize = lines
            .filter_map(|rule| Some(rule["http"]["paths"].as_array()?.len()))
            .sum();
        // With a canary within, each path is there once for each Service.
        let times = lines / ingress.rules.len().max(1);
        let rows = counted(ingress.rules.iter().map(|rule| &rule.host));
        let mut hosts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        for rule in &ingress.rules {
            let next = hosts.len();
            let (host, paths) = hosts.entry(&rule.host).or_insert((next, 0));
            if rows[&rule.host] == 1 {
                self.add(format!("/spec/rules/{host}"), rule.row.to_string());
            }
            for time in 0..times {
                self.add(
                    format!("/spec/rules/{host}/http/paths/{paths}"),
                    format!("{}:{time}", rule.row),
                );
                *paths += 1;
            }
        }
        self.certificates(ingress);
    }

    /// Hosts are gathered by Secret, which is known in the same way.
    fn certificates(&mut self, ingress: &Ingress) {
        let rows = counted(ingress.tls.iter().map(|tls| &tls.secret));
        let mut secrets = BTreeMap::new();
        for tls in &ingress.tls {
            let next = secrets.len();
            let place = *secrets.entry(&tls.secret).or_insert(next);
            if rows[&tls.secret] == 1 {
                self.add(format!("/spec/tls/{place}"), tls.row.to_string());
            }
        }
    }

    fn metrics(&mut self, app: &App) {
        if let Replicas::Autoscaled(scaling) = &app.replicas {
            self.list("/spec/metrics", scaling.metrics.iter().map(|metric| metric.row));
        }
    }

    fn claim_templates(&mut self, app: &App) {
        let volumes = app.volumes.iter();
        let made = volumes.filter(|volume| matches!(volume.source, VolumeSource::ClaimTemplate(_)));
        self.list("/spec/volumeClaimTemplates", made.map(|volume| volume.row));
    }

    fn pods(&mut self, app: &App, spec: &str) {
        for (list, containers) in [
            ("containers", &app.containers),
            ("initContainers", &app.init_containers),
        ] {
            for (number, container) in containers.iter().enumerate() {
                let at = format!("{spec}/{list}/{number}");
                self.add(at.clone(), container.row.to_string());
                self.container(app, &at, container);
            }
        }
        let mounted = app.volumes.iter();
        let mounted = mounted.filter(|volume| !matches!(volume.source, VolumeSource::ClaimTemplate(_)));
        let of_logs = log_volume::added(app);
        for (number, log) in (mounted.clone().count()..).zip(&of_logs) {
            self.add(format!("{spec}/volumes/{number}"), log.tag());
        }
        for (number, volume) in mounted.enumerate() {
            let at = format!("{spec}/volumes/{number}");
            self.add(at.clone(), volume.row.to_string());
            for source in ["configMap", "secret"] {
                let items = texts(app, &format!("volumes.{}.items", volume.row), "key");
                self.list(&format!("{at}/{source}/items"), items);
            }
        }
        self.list(
            &format!("{spec}/tolerations"),
            app.pod.tolerations.iter().map(|row| row.row),
        );
        self.list(
            &format!("{spec}/topologySpreadConstraints"),
            app.pod.spread.iter().map(|row| row.row),
        );
        self.affinity(&format!("{spec}/affinity"), &app.pod.affinity);
        self.pull_secrets(app, spec);
    }

    /// A Secret that several rows name is planned once, for the first of them.
    fn pull_secrets(&mut self, app: &App, spec: &str) {
        let lists = app
            .all_containers()
            .map(|container| format!("containers.{}.pull_secrets", container.row));
        let lists: Vec<String> = std::iter::once("pod.pull_secrets".to_owned())
            .chain(lists)
            .collect();
        let mut seen = BTreeSet::new();
        for text in lists.iter().flat_map(|list| app.rows.in_list(list)) {
            let at = format!("{spec}/imagePullSecrets/{}", seen.len());
            if seen.insert(text.text.as_str()) {
                self.add(at, text.row.to_string());
            }
        }
    }

    fn container(&mut self, app: &App, at: &str, container: &Container) {
        self.list(
            &format!("{at}/ports"),
            container.ports.iter().map(|port| port.row),
        );
        let of_logs = log_volume::added(app).into_iter();
        let of_logs = of_logs.filter(|log| log.container == container.row);
        let mounts = container.mounts.iter().map(|mount| mount.row.to_string());
        self.list(
            &format!("{at}/volumeMounts"),
            mounts.chain(of_logs.map(|log| log.tag())),
        );
        self.list(
            &format!("{at}/envFrom"),
            container.whole_objects.iter().map(|whole| whole.row),
        );
        let variables = container.env.iter().map(|variable| variable.row.to_string());
        let logs = container.logs.iter();
        let logs = logs.flat_map(|log| log.leaves().map(|leaf| format!("{}:{leaf}", log.row)));
        let tags = container.log_tags.iter().map(|tag| tag.row.to_string());
        self.list(&format!("{at}/env"), variables.chain(logs).chain(tags));
        for (probe, leaf) in [
            ("livenessProbe", "liveness"),
            ("readinessProbe", "readiness"),
            ("startupProbe", "startup"),
        ] {
            let headers = texts(
                app,
                &format!("containers.{}.{leaf}.headers", container.row),
                "name",
            );
            self.list(&format!("{at}/{probe}/httpGet/httpHeaders"), headers);
        }
    }

    /// What is required of nodes is one term with all expressions; every other wish is an element of its own.
    fn affinity(&mut self, at: &str, wishes: &[Affinity]) {
        for (kind, name) in [
            (AffinityKind::Node, "nodeAffinity"),
            (AffinityKind::Near, "podAffinity"),
            (AffinityKind::Apart, "podAntiAffinity"),
        ] {
            let of = |is_required: bool| {
                let wishes = wishes.iter().filter(move |wish| wish.kind == kind);
                wishes
                    .filter(move |wish| wish.weight.is_none() == is_required)
                    .map(|wish| wish.row)
            };
            let required = match kind {
                AffinityKind::Node => format!("{at}/{name}/{REQUIRED}/nodeSelectorTerms/0/matchExpressions"),
                _ => format!("{at}/{name}/{REQUIRED}"),
            };
            self.list(&required, of(true));
            self.list(&format!("{at}/{name}/{PREFERRED}"), of(false));
        }
    }
}

/// The rows of a list in which a leaf is filled in, in order.
fn texts(app: &App, list: &str, leaf: &str) -> Vec<u32> {
    let texts = app.rows.in_list(list).iter();
    texts
        .filter(|text| text.leaf == leaf)
        .map(|text: &RowText| text.row)
        .collect()
}

/// How often each is there.
fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counted = BTreeMap::new();
    for key in keys {
        *counted.entry(key).or_default() += 1;
    }
    counted
}
