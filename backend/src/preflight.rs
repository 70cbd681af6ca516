//! Stage 2, second half: what only the cluster can say, asked as the person, before anything is created.
//!
//! Everything is dry-run: each object as it will be created and as it will later be applied, and a Pod from the template,
//! since judging a Deployment does not judge its pods. What cannot be found out is a warning with the reason, never
//! silence.

mod amounts;
mod balancer;
mod claims;
mod classes;
mod components;
mod demand;
mod fields;
mod hosts;
mod limits;
mod near;
mod nodes;
mod pod_security;
mod quota;
mod references;
mod refusal;
mod report;
mod selectors;
mod service_account;
mod subject;
#[cfg(test)]
mod testing;
mod tls;
mod witness;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join, join_all};
use serde_json::{Value, json};
use slipway_api::CheckCode;
use slipway_model::{App, Problem};
use slipway_plan::{Feature, ObjectKey, Plan, PlannedObject, Target};

use crate::cluster::{Access, ClusterError, NamespaceState};
use crate::clusters::{Cluster, ClusterId};
use crate::identity::Member;

pub use fields::FieldMap;
pub use refusal::refusal_issues;
pub use report::Report;

use near::Near;
use report::Finding;
use subject::{Part, Subject};
use witness::{Witness, ended, guarded};

/// How long the dry runs of one object may take: one as it is created, then one as it is applied and one of a pod.
const TRIAL: Duration = Duration::from_secs(20);

/// Asks a cluster what it would say. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Preflight {
    installation: String,
    near: Arc<Mutex<HashMap<ClusterId, Arc<Near>>>>,
}

impl Preflight {
    /// `installation` tells objects of ours from those of another Slipway.
    pub fn new(installation: impl Into<String>) -> Self {
        Self {
            installation: installation.into(),
            near: Arc::default(),
        }
    }

    /// Checks a plan for a cluster as a member. An error means that the cluster does not answer at all: when it has told
    /// of the namespace, whatever it does not answer any more is a check of its own that could not be made.
    pub async fn check(
        &self,
        cluster: &Cluster,
        member: &Member,
        app: &App,
        plan: &Plan,
    ) -> Result<Report, ClusterError> {
        let access = cluster.access(member)?;
        let (finding, usable) = namespace(&access, app).await?;
        if !usable {
            return Ok(Report::of([finding]));
        }
        let subject = Subject::of(app, plan);
        let witness = Witness::new(&access, &cluster.own()?);
        let near = self.near(cluster);
        let looked = around(&witness, &near, &subject, &cluster.target());
        let tried = subject
            .parts
            .iter()
            .map(|part| ended(TRIAL, CheckCode::DryRun, self.object(&access, part)));
        let rights = guarded(CheckCode::Rights, rights(&access, &subject.parts));
        let asked = join(rights, join_all(tried));
        let ((rights, tried), looked) = join(asked, join_all(looked)).await;
        let mut findings = vec![finding];
        findings.extend(rights);
        findings.extend(tried.into_iter().chain(looked).flatten());
        findings.extend(components::planned(app, &subject));
        Ok(Report::of(findings))
    }

    /// What was read last around the apps of a cluster.
    fn near(&self, cluster: &Cluster) -> Arc<Near> {
        let mut near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(near.entry(cluster.id()).or_default())
    }

    /// One object: is its name free, is it accepted as created and as applied, and so are its pods.
    async fn object(&self, access: &Access, part: &Part<'_>) -> Result<Vec<Finding>, ClusterError> {
        let Part { object, fields } = part;
        let key = &object.key;
        let created = access.dry_create(key, object.first_body().value()).await;
        if let Err(ClusterError::Conflict { reason, .. }) = &created
            && reason == "AlreadyExists"
        {
            return self.taken(access, key, fields).await.map(|finding| vec![finding]);
        }
        let mut findings = vec![Finding::about(CheckCode::Names, key)];
        let accepted = created.is_ok();
        findings.push(Finding::of_dry_run(created, key, fields, "create"));
        if accepted {
            let (applied, pod) = join(
                access.dry_apply(key, object.body.value()),
                pod(access, object, fields),
            )
            .await;
            // Its warnings are those of the first dry run.
            let applied = applied.map(|_| Vec::new());
            let applied = Finding::of_dry_run(applied, key, fields, "patch");
            findings.extend((!applied.has_passed()).then_some(applied));
            findings.extend(pod?);
        }
        Ok(findings)
    }

    /// Whose the name is, as far as the person may see it.
    async fn taken(
        &self,
        access: &Access,
        key: &ObjectKey,
        fields: &FieldMap,
    ) -> Result<Finding, ClusterError> {
        let owner = match access.look_up(key).await {
            Ok(found) => found
                .map(|found| found.owner(&self.installation))
                .unwrap_or_default(),
            Err(ClusterError::Forbidden { .. }) => String::new(),
            Err(error) => return Err(error),
        };
        let problem = Problem::NameTaken {
            kind: key.kind.clone(),
            name: key.name.clone(),
            owner,
        };
        Ok(Finding::about(CheckCode::Names, key).failed(fields.name(), problem))
    }
}

/// The checks that only look, each ending in time and failing alone.
fn around<'a>(
    witness: &'a Witness,
    near: &'a Near,
    subject: &'a Subject<'a>,
    target: &Target,
) -> Vec<BoxFuture<'a, Vec<Finding>>> {
    let is_ack = target.has(Feature::AlibabaLoadBalancer);
    let hosts = hosts::check(witness, near, subject);
    let balancer = balancer::check(witness, near, subject, is_ack);
    let storage = classes::storage(witness, subject);
    vec![
        guarded(CheckCode::Quota, quota::check(witness, subject)).boxed(),
        guarded(CheckCode::Limits, limits::check(witness, subject)).boxed(),
        guarded(CheckCode::PodSecurity, pod_security::check(witness, subject)).boxed(),
        guarded(CheckCode::References, references::check(witness, subject)).boxed(),
        guarded(
            CheckCode::ServiceAccount,
            service_account::check(witness, subject),
        )
        .boxed(),
        guarded(CheckCode::Claims, claims::check(witness, subject)).boxed(),
        guarded(CheckCode::StorageClasses, storage).boxed(),
        guarded(CheckCode::Hosts, hosts).boxed(),
        guarded(CheckCode::IngressClass, classes::ingress(witness, subject)).boxed(),
        guarded(CheckCode::Tls, tls::check(witness, subject)).boxed(),
        guarded(CheckCode::LoadBalancer, balancer).boxed(),
        guarded(CheckCode::Metrics, components::metrics(witness, subject)).boxed(),
        guarded(CheckCode::Nodes, nodes::check(witness, near, subject)).boxed(),
        guarded(CheckCode::Selectors, selectors::check(witness, subject)).boxed(),
    ]
}

/// Whether the namespace can be used. Without the right to look, the dry runs will tell.
async fn namespace(access: &Access, app: &App) -> Result<(Finding, bool), ClusterError> {
    let finding = Finding::of(CheckCode::Namespace);
    let failed = |finding: Finding, problem| (finding.failed("basics.namespace", problem), false);
    Ok(match access.namespace_state(app.namespace.as_str()).await {
        Ok(NamespaceState::Active) => (finding, true),
        Ok(NamespaceState::Terminating) => failed(finding, Problem::NamespaceTerminating {}),
        Ok(NamespaceState::Missing) => failed(finding, Problem::NamespaceMissing {}),
        Err(ClusterError::Forbidden { message }) => (finding.could_not(Some(message)), true),
        Err(error) => return Err(error),
    })
}

/// Whether the person may create each kind, and take it back should a later object be refused.
async fn rights(access: &Access, parts: &[Part<'_>]) -> Result<Vec<Finding>, ClusterError> {
    let parts = parts.iter().rev();
    let kinds: BTreeMap<&str, &Part> = parts.map(|part| (part.object.key.kind.as_str(), part)).collect();
    let asked = kinds.values().map(|part| async move {
        let key = &part.object.key;
        let kind = key.kind.clone();
        let (make, delete) = join(may_make(access, part.object), access.is_allowed("delete", key)).await;
        let finding = Finding::about(CheckCode::Rights, key);
        Ok(match (make?, delete?) {
            (Ok(()), true) => finding,
            (Ok(()), false) => finding.warned(part.fields.name(), Problem::WouldStay { kind }),
            (Err(verb), _) => {
                let verb = verb.to_owned();
                finding.failed(part.fields.name(), Problem::Forbidden { verb, kind })
            }
        })
    });
    join_all(asked).await.into_iter().collect()
}

/// Whether the person may make an object, and release it if it is made suspended. If not, the verb that is missing.
async fn may_make(access: &Access, object: &PlannedObject) -> Result<Result<(), &'static str>, ClusterError> {
    if !access.is_allowed("create", &object.key).await? {
        return Ok(Err("create"));
    }
    let released = object.release().is_none() || access.is_allowed("patch", &object.key).await?;
    Ok(released.then_some(()).ok_or("patch"))
}

/// The dry run of a Pod as a workload would make it.
async fn pod(
    access: &Access,
    object: &PlannedObject,
    fields: &FieldMap,
) -> Result<Vec<Finding>, ClusterError> {
    let Some((key, body)) = pod_of(object) else {
        return Ok(Vec::new());
    };
    let fields = fields.of_pod();
    if !access.is_allowed("create", &key).await? {
        return Ok(vec![Finding::no_right_to_try(&key)]);
    }
    let answer = access.dry_create(&key, &body).await;
    Ok(vec![Finding::of_dry_run(answer, &key, &fields, "create")])
}

/// A Pod made from the template of a workload, as its controller would make it.
pub fn pod_of(object: &PlannedObject) -> Option<(ObjectKey, Value)> {
    let spec = object.body.value().get("spec")?;
    let of_job = || spec.get("jobTemplate")?.get("spec")?.get("template");
    let template = spec.get("template").or_else(of_job)?;
    let namespace = object.key.namespace.as_deref()?;
    let mut metadata = template.get("metadata").cloned().unwrap_or_else(|| json!({}));
    metadata["generateName"] = json!(format!("{}-", object.key.name));
    metadata["namespace"] = json!(namespace);
    let mut pod = template.get("spec")?.clone();
    add_claims(&mut pod, spec);
    let body = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod });
    Some((
        ObjectKey::namespaced("v1", "Pod", namespace, &object.key.name),
        body,
    ))
}

/// The volumes that a `StatefulSet` adds to each of its pods, so that mounts of them find something.
fn add_claims(pod: &mut Value, workload: &Value) {
    let templates = workload.get("volumeClaimTemplates").and_then(Value::as_array);
    let volumes: Vec<Value> = templates
        .into_iter()
        .flatten()
        .map(|template| {
            let name = &template["metadata"]["name"];
            json!({ "name": name, "persistentVolumeClaim": { "claimName": name } })
        })
        .collect();
    if volumes.is_empty() {
        return;
    }
    match pod.get_mut("volumes").and_then(Value::as_array_mut) {
        Some(known) => known.extend(volumes),
        None => pod["volumes"] = Value::Array(volumes),
    }
}
