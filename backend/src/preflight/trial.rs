//! The dry runs: each object as it will be created and as it will later be applied, and a Pod from the template, since
//! judging a Deployment does not judge its pods.

use futures::future::{join, join3};
use serde_json::{Value, json};
use slipway_api::CheckCode;
use slipway_model::Problem;
use slipway_plan::{ObjectKey, PlannedObject};

use super::report::Finding;
use super::subject::Part;
use super::{FieldMap, Preflight};
use crate::cluster::{Access, ClusterError, DryRun};

impl Preflight {
    /// One object: is its name free, is it accepted as created and as applied, and so are its pods. Also what it would be.
    pub(super) async fn object(
        &self,
        access: &Access,
        part: &Part<'_>,
    ) -> Result<(Vec<Finding>, Option<Value>), ClusterError> {
        let Part { object, fields } = part;
        let key = &object.key;
        // All at once: what was asked in vain because the first is refused costs less than waiting for each.
        let first = object.first_body();
        let (created, applied, pod) = join3(
            access.dry_create(key, first.value()),
            access.dry_apply(key, object.body.value()),
            pod(access, object, fields),
        )
        .await;
        let names = Finding::about(CheckCode::Names, key);
        let names = match &created {
            Ok(_) => names,
            Err(error) => self.name(access, part, names, error).await,
        };
        if is_taken(&created) {
            return Ok((vec![names], None));
        }
        let (created, object) = match created {
            Ok(DryRun { warnings, object }) => (Ok(warnings), Some(object)),
            Err(error) => (Err(error), None),
        };
        let mut findings = vec![names, Finding::of_dry_run(created, key, fields, "create")];
        if object.is_some() {
            // Its warnings are those of the first dry run.
            let applied = applied.map(|_| Vec::new());
            let applied = Finding::of_dry_run(applied, key, fields, "patch");
            findings.extend((!applied.has_passed()).then_some(applied));
            findings.extend(pod.unwrap_or_else(|error| Some(Finding::unknown(CheckCode::PodDryRun, &error))));
        }
        Ok((findings, object))
    }

    /// Whether a name is free, and else whose it is as far as the person may see it. A refusal comes before the name is
    /// looked at, so it says nothing of it.
    async fn name(
        &self,
        access: &Access,
        Part { object, fields }: &Part<'_>,
        finding: Finding,
        refusal: &ClusterError,
    ) -> Finding {
        let taken = |owner: String| Problem::NameTaken {
            kind: object.key.kind.clone(),
            name: object.key.name.clone(),
            owner,
        };
        match access.look_up(&object.key).await {
            Ok(Some(found)) => finding.failed(fields.name(), taken(found.owner(&self.installation))),
            _ if exists(refusal) => finding.failed(fields.name(), taken(String::new())),
            Ok(None) => finding,
            Err(error) => finding.could_not(Some(error.to_string())),
        }
    }
}

/// Whether the cluster says that the name belongs to something else.
fn is_taken(created: &Result<DryRun, ClusterError>) -> bool {
    created.as_ref().is_err_and(exists)
}

fn exists(error: &ClusterError) -> bool {
    matches!(error, ClusterError::Conflict { reason, .. } if reason == "AlreadyExists")
}

/// The dry run of a Pod as a workload would make it.
pub(super) async fn pod(
    access: &Access,
    object: &PlannedObject,
    fields: &FieldMap,
) -> Result<Option<Finding>, ClusterError> {
    let Some((key, body)) = pod_of(object) else {
        return Ok(None);
    };
    let fields = fields.of_pod();
    let (allowed, answer) = join(access.is_allowed("create", &key), access.accepts(&key, &body)).await;
    if !allowed? {
        return Ok(Some(Finding::no_right_to_try(&key)));
    }
    Ok(Some(Finding::of_dry_run(answer, &key, &fields, "create")))
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
