//! What the cluster says to changes of an app that is there: the same questions as before creating, asked of each object by
//! what becomes of it.

use futures::future::join;
use serde_json::{Value, json};
use slipway_api::{CheckCode, FieldConflict, ObjectRef};
use slipway_model::{App, Issue, Problem};
use slipway_plan::change::{Patch, carried_over};
use slipway_plan::{ObjectKey, Plan, PlannedObject};

use super::report::Finding;
use super::subject::{Part, Subject};
use super::trial::pod;
use super::{FieldMap, Numbered, Preflight, Report};
use crate::cluster::{Access, Applied, ClusterError, Force, few_at_once, is_posted, version_of};
use crate::clusters::Cluster;
use crate::identity::Member;

/// What an app will be, and what it is.
#[derive(Clone, Copy)]
pub struct Whole<'a> {
    /// What it will be.
    pub app: &'a App,
    /// Its objects then.
    pub plan: &'a Plan,
    /// The very objects it consists of now, as they are.
    pub objects: &'a [(ObjectKey, Value)],
}

/// What becomes of one object.
pub struct Trial<'a> {
    /// Its address.
    pub key: &'a ObjectKey,
    /// The fields behind it.
    pub fields: &'a FieldMap,
    /// What becomes of it.
    pub act: Act<'a>,
}

/// What becomes of an object.
pub enum Act<'a> {
    /// It is made.
    Create(&'a PlannedObject),
    /// It goes, and is made anew.
    Recreate,
    /// It is one of ours, and changes.
    Apply {
        /// What was planned before.
        before: &'a Value,
        /// What it shall be.
        object: &'a PlannedObject,
        /// The same with marks.
        body: &'a Value,
        /// What it is.
        live: &'a Value,
        /// Fields of others that may be set, if they are what was seen.
        agreed: Option<(&'a str, &'a [String])>,
    },
    /// It is somebody else's, and changes by this.
    Patch(&'a Value),
    /// It goes.
    Delete,
}

impl Act<'_> {
    /// Whether pods are made anew because what they are made of changes.
    fn replaces_pods(&self) -> bool {
        match self {
            Self::Apply { before, object, .. } => {
                before["spec"]["template"] != object.body.value()["spec"]["template"]
            }
            Self::Patch(patch) => {
                let mut operations = patch.as_array().into_iter().flatten();
                operations.any(|operation| {
                    let changed = operation["path"].as_str().unwrap_or_default();
                    operation["op"] != "test" && changed.starts_with("/spec/template")
                })
            }
            Self::Create(_) | Self::Recreate | Self::Delete => false,
        }
    }
}

/// What one trial found.
#[derive(Default)]
struct Tried {
    findings: Vec<Finding>,
    conflicts: Vec<FieldConflict>,
}

impl Preflight {
    /// Tries changes as somebody, and does nothing. Answers also what somebody else has set and nobody has agreed to set.
    /// `whole` is what the app will be: what it refers to must be there.
    pub async fn try_changes(
        &self,
        cluster: &Cluster,
        member: &Member,
        trials: &[Trial<'_>],
        whole: Option<Whole<'_>>,
    ) -> Result<(Report, Vec<FieldConflict>), ClusterError> {
        let access = cluster.access(member)?;
        let replaces_pods = trials.iter().any(|trial| trial.act.replaces_pods());
        let subject = whole.map(|whole| Subject::changing(whole, replaces_pods));
        let looked = async {
            match &subject {
                Some(subject) => self.look_around(cluster, member, &access, subject).await,
                None => Ok(Vec::new()),
            }
        };
        let tried = few_at_once(trials.iter().map(|trial| self.one(&access, trial)));
        let (looked, tried) = join(looked, tried).await;
        let (mut findings, mut conflicts) = (looked?, Vec::new());
        for tried in tried {
            let tried = tried?;
            findings.extend(tried.findings);
            conflicts.extend(tried.conflicts);
        }
        Ok((Report::of(findings), conflicts))
    }

    async fn one(&self, access: &Access, trial: &Trial<'_>) -> Result<Tried, ClusterError> {
        let Trial { key, fields, act } = trial;
        match act {
            Act::Create(object) => {
                let part = Part {
                    object,
                    fields: (*fields).clone(),
                };
                let mut findings = vec![may(access, "create", key, fields).await?];
                findings.extend(self.object(access, &part).await?);
                Ok(findings.into())
            }
            Act::Recreate => {
                let create = may(access, "create", key, fields).await?;
                Ok(vec![create, may(access, "delete", key, fields).await?].into())
            }
            Act::Delete => Ok(vec![may(access, "delete", key, fields).await?].into()),
            Act::Patch(patch) => {
                let right = may(access, "patch", key, fields).await?;
                let answer = access.patch(key, patch, super::PATIENCE, true).await;
                let tried = Finding::of_dry_run(warnings(answered(answer)?), key, fields, "patch");
                Ok(vec![right, tried].into())
            }
            Act::Apply {
                before,
                object,
                body,
                live,
                agreed,
            } => {
                let mut tried: Tried = vec![may(access, "patch", key, fields).await?].into();
                // The same plan as before takes nothing away.
                let differs = *before != object.body.value();
                let patch =
                    (differs && is_posted(live)).then(|| carried_over(before, object.body.value(), live));
                apply(access, trial, (body, live), (*agreed, patch), &mut tried).await?;
                let pod = pod(access, object, fields).await?;
                tried.findings.extend(pod.map(Finding::once_others_go));
                Ok(tried)
            }
        }
    }
}

async fn apply(
    access: &Access,
    Trial { key, fields, .. }: &Trial<'_>,
    (body, live): (&Value, &Value),
    (agreed, patch): (Option<(&str, &[String])>, Option<Patch>),
    tried: &mut Tried,
) -> Result<(), ClusterError> {
    let mut answer = access.dry_apply_on(key, body, live, Force::No).await;
    if let Ok(Applied::Conflicts(owned)) = &answer {
        let seen = version_of(live);
        let may =
            |path: &String| agreed.is_some_and(|(version, paths)| version == seen && paths.contains(path));
        let open = owned.iter().filter(|owned| !may(&owned.path));
        let (mut in_body, mut in_live) = (Numbered::of(body), Numbered::of(live));
        tried.conflicts.extend(open.map(|owned| {
            let (in_body, in_live) = (in_body.path(&owned.path), in_live.path(&owned.path));
            FieldConflict {
                object: object_ref(key),
                version: seen.clone(),
                field: fields.field(&in_body).to_owned(),
                path: owned.path.clone(),
                manager: owned.manager.clone(),
                theirs: value_at(live, &in_live),
                mine: value_at(body, &in_body),
            }
        }));
        answer = access.dry_apply_on(key, body, live, Force::Yes).await;
    }
    // What was posted counts as applied only from the first change on; until then an apply would take nothing away.
    if let Some(patch) = patch
        && !matches!(answer, Err(ClusterError::Unreachable(_)))
    {
        answer = access.patch(key, &json!(patch), super::PATIENCE, true).await;
    }
    if let Err(ClusterError::Refused { message, causes, .. }) = &answer
        && let Some(issue) = immutable(key, fields, message, causes)
    {
        tried.findings.push(Finding::refused(key, issue, message.clone()));
        return Ok(());
    }
    tried.findings.push(Finding::of_dry_run(
        warnings(answered(answer)?),
        key,
        fields,
        "patch",
    ));
    Ok(())
}

/// What the cluster has answered. Where it wants to hear nothing at all, nothing can be said of the change. A trial that is
/// not answered although the cluster has just told of rights, as with a slow webhook, is one that could not be made.
fn answered<T>(answer: Result<T, ClusterError>) -> Result<Result<T, ClusterError>, ClusterError> {
    match answer {
        Err(
            error @ (ClusterError::Busy { .. }
            | ClusterError::Setup(_)
            | ClusterError::Unauthenticated { .. }),
        ) => Err(error),
        answer => Ok(answer),
    }
}

fn warnings(answer: Result<Applied, ClusterError>) -> Result<Vec<String>, ClusterError> {
    answer.map(|applied| match applied {
        Applied::Now { warnings } => warnings,
        Applied::Conflicts(_) | Applied::Moved => Vec::new(),
    })
}

/// What the server says of fields that cannot change in an object that is there.
const FIXED: [&str; 4] = [
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "may not change once set",
    "spec is immutable after creation",
];

/// The issue of a change that the cluster does not let happen in place.
fn immutable(
    key: &ObjectKey,
    fields: &FieldMap,
    message: &str,
    causes: &[(String, String)],
) -> Option<Issue> {
    FIXED.iter().find(|words| message.contains(*words))?;
    let path = causes.first().map_or("", |(path, _)| path);
    let problem = Problem::Immutable {
        kind: key.kind.clone(),
        name: key.name.clone(),
        message: message.to_owned(),
    };
    Some(Issue::error(fields.field(path), problem))
}

/// Whether the person may do something to an object.
async fn may(
    access: &Access,
    verb: &'static str,
    key: &ObjectKey,
    fields: &FieldMap,
) -> Result<Finding, ClusterError> {
    let finding = Finding::about(CheckCode::Rights, key);
    if access.is_allowed(verb, key).await? {
        return Ok(finding);
    }
    let problem = Problem::Forbidden {
        verb: verb.to_owned(),
        kind: key.kind.clone(),
    };
    Ok(finding.failed(fields.name(), problem))
}

/// An object's address on the wire.
pub fn object_ref(key: &ObjectKey) -> ObjectRef {
    ObjectRef {
        api_version: key.api_version.clone(),
        kind: key.kind.clone(),
        namespace: key.namespace.clone(),
        name: key.name.clone(),
    }
}

/// The value at a path such as `spec.containers[0].image`, as text.
pub fn value_at(object: &Value, path: &str) -> Option<String> {
    let pointer = path.replace('[', ".").replace(']', "");
    let mut at = object;
    for part in pointer.split('.') {
        at = match at {
            Value::Array(elements) => elements.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    Some(at.as_str().map_or_else(|| at.to_string(), ToOwned::to_owned))
}

impl From<Vec<Finding>> for Tried {
    fn from(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            conflicts: Vec::new(),
        }
    }
}
