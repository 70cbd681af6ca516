//! Stage 2, second half: what only the cluster can say, asked as the person, before anything is created.
//!
//! Everything is dry-run: each object as it will be created and as it will later be applied, and a Pod from the template,
//! since judging a Deployment does not judge its pods. What cannot be found out is a warning with the reason, never
//! silence.

mod change;
mod fields;
mod refusal;
mod report;

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::{join, join_all};
use serde_json::{Value, json};
use slipway_model::{App, Problem};
use slipway_plan::{ObjectKey, Plan, PlannedObject};

use crate::cluster::{Access, ClusterError, NamespaceState};

pub use change::{Act, Trial, object_ref, value_at};
pub use fields::FieldMap;
pub use refusal::refusal_issues;
pub use report::Report;
use report::{Finding, NAMES, NAMESPACE, RIGHTS};

/// How long the cluster may take for one trial.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a cluster what it would say. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Preflight {
    installation: String,
}

impl Preflight {
    /// `installation` tells objects of ours from those of another Slipway.
    pub fn new(installation: impl Into<String>) -> Self {
        Self {
            installation: installation.into(),
        }
    }

    /// Checks a plan as somebody. An error means that the cluster did not answer.
    pub async fn check(&self, access: &Access, app: &App, plan: &Plan) -> Result<Report, ClusterError> {
        let mut report = Report::default();
        if !namespace(access, app, &mut report).await? {
            return Ok(report);
        }
        let objects: Vec<&PlannedObject> = plan.made().collect();
        let fields: Vec<FieldMap> = objects.iter().map(|object| FieldMap::of(app, object)).collect();
        let dry_runs = join_all(
            objects
                .iter()
                .zip(&fields)
                .map(|(object, fields)| self.object(access, object, fields)),
        );
        let (rights, dry_runs) = join(rights(access, &objects, &fields), dry_runs).await;
        report.add(rights?);
        for findings in dry_runs {
            report.add(findings?);
        }
        Ok(report)
    }

    /// One object: is its name free, is it accepted as created and as applied, and so are its pods.
    async fn object(
        &self,
        access: &Access,
        object: &PlannedObject,
        fields: &FieldMap,
    ) -> Result<Vec<Finding>, ClusterError> {
        let key = &object.key;
        let created = access.dry_create(key, object.first_body().value()).await;
        if let Err(ClusterError::Conflict { reason, .. }) = &created
            && reason == "AlreadyExists"
        {
            return self.taken(access, key, fields).await.map(|finding| vec![finding]);
        }
        let mut findings = vec![Finding::passed(NAMES, Some(key))];
        let accepted = created.is_ok();
        findings.extend(Finding::of_dry_run(created, key, fields, "create")?);
        if accepted {
            let (applied, pod) = join(
                access.dry_apply(key, object.body.value()),
                pod(access, object, fields),
            )
            .await;
            // Its warnings are those of the first dry run.
            findings.extend(Finding::of_dry_run(
                applied.map(|_| Vec::new()),
                key,
                fields,
                "patch",
            )?);
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
            owner: owner.clone(),
        };
        Ok(Finding::failed(
            NAMES,
            Some(key),
            fields.name(),
            problem,
            (!owner.is_empty()).then_some(owner),
        ))
    }
}

/// Whether the namespace can be used. Without the right to look, the dry runs will tell.
async fn namespace(access: &Access, app: &App, report: &mut Report) -> Result<bool, ClusterError> {
    let failed = |problem| Finding::failed(NAMESPACE, None, "basics.namespace", problem, None);
    let (finding, usable) = match access.namespace_state(app.namespace.as_str()).await {
        Ok(NamespaceState::Active) => (Finding::passed(NAMESPACE, None), true),
        Ok(NamespaceState::Terminating) => (failed(Problem::NamespaceTerminating {}), false),
        Ok(NamespaceState::Missing) => (failed(Problem::NamespaceMissing {}), false),
        Err(ClusterError::Forbidden { message }) => (Finding::unknown(NAMESPACE, message), true),
        Err(error) => return Err(error),
    };
    report.add(vec![finding]);
    Ok(usable)
}

/// Whether the person may create each kind, and take it back should a later object be refused.
async fn rights(
    access: &Access,
    objects: &[&PlannedObject],
    fields: &[FieldMap],
) -> Result<Vec<Finding>, ClusterError> {
    let kinds: BTreeMap<&str, (&PlannedObject, &FieldMap)> = objects
        .iter()
        .zip(fields)
        .rev()
        .map(|(object, fields)| (object.key.kind.as_str(), (*object, fields)))
        .collect();
    let asked = kinds.values().map(|(object, fields)| async move {
        let key = &object.key;
        let (make, delete) = join(may_make(access, object), access.is_allowed("delete", key)).await;
        Ok(match (make?, delete?) {
            (Ok(()), true) => Finding::passed(RIGHTS, Some(key)),
            (Ok(()), false) => {
                let problem = Problem::WouldStay {
                    kind: key.kind.clone(),
                };
                Finding::warned(RIGHTS, Some(key), fields.name(), problem, None)
            }
            (Err(verb), _) => {
                let problem = Problem::Forbidden {
                    verb: verb.to_owned(),
                    kind: key.kind.clone(),
                };
                Finding::failed(RIGHTS, Some(key), fields.name(), problem, None)
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
    Finding::of_dry_run(answer, &key, &fields, "create")
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
