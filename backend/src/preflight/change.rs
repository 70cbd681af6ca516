//! What the cluster says to changes of an app that is there: the same questions as before creating, asked of each object by
//! what becomes of it.

use futures::future::join;
use serde_json::Value;
use slipway_api::{CheckCode, FieldConflict, ObjectRef};
use slipway_model::{App, Problem};
use slipway_plan::change::Patch;
use slipway_plan::{ObjectKey, Plan, PlannedObject};

use super::report::Finding;
use super::subject::{Part, Subject};
use super::trial::pod;
use super::{
    FieldMap, Numbered, Preflight, Report, fixed, in_the_way, unlike_body, unlike_issues, unlike_patch,
};
use crate::cluster::{Access, Applied, ClusterError, Force, Sending, few_at_once, version_of};
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
    /// It is made: the object as the request will say it.
    Create(PlannedObject),
    /// It goes, and is made anew.
    Recreate,
    /// It is one of ours, and changes.
    Apply {
        /// What was planned before.
        before: &'a Value,
        /// What it shall be.
        object: &'a PlannedObject,
        /// What is sent for that.
        sent: Sending<'a>,
        /// What it is.
        live: &'a Value,
        /// Fields of others that may be set, if they are what was seen.
        agreed: Option<(&'a str, &'a [String])>,
    },
    /// It is somebody else's, and changes by a patch.
    Patch(Patching<'a>),
    /// It goes.
    Delete,
}

/// How an object of somebody else changes.
pub struct Patching<'a> {
    /// The patch.
    pub patch: &'a Value,
    /// The way back.
    pub back: &'a Value,
    /// What it is.
    pub live: &'a Value,
    /// What the form makes of it, if it is planned under its name.
    pub planned: Option<&'a Value>,
    /// The pointers of what the form does not show.
    pub kept: Vec<&'a str>,
}

impl Patching<'_> {
    /// What it becomes.
    fn wanted(&self) -> Value {
        let mut wanted = self.live.clone();
        let patch: Result<Patch, _> = serde_json::from_value(self.patch.clone());
        if let Ok(patch) = patch {
            // One that does not fit any more is refused by the server.
            json_patch::patch(&mut wanted, &patch).ok();
        }
        wanted
    }
}

impl Act<'_> {
    /// Whether pods are made anew because what they are made of changes.
    fn replaces_pods(&self) -> bool {
        match self {
            Self::Apply { before, object, .. } => {
                before["spec"]["template"] != object.body.value()["spec"]["template"]
            }
            Self::Patch(patching) => {
                let mut operations = patching.patch.as_array().into_iter().flatten();
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
    /// The object as it would be, as the server says.
    object: Option<Value>,
}

/// What the cluster says to changes.
pub struct Answers {
    /// What stands in the way, or is doubtful.
    pub report: Report,
    /// What somebody else has set and nobody has agreed to set.
    pub conflicts: Vec<FieldConflict>,
    /// What objects would be, of those that could be tried.
    pub objects: Vec<(ObjectKey, Value)>,
}

impl Preflight {
    /// Tries changes as somebody, and does nothing. `whole` is what the app will be: what it refers to must be there.
    pub async fn try_changes(
        &self,
        cluster: &Cluster,
        member: &Member,
        trials: &[Trial<'_>],
        whole: Option<Whole<'_>>,
    ) -> Result<Answers, ClusterError> {
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
        let (mut findings, mut conflicts, mut objects) = (looked?, Vec::new(), Vec::new());
        for (trial, tried) in trials.iter().zip(tried) {
            let tried = tried?;
            findings.extend(tried.findings);
            conflicts.extend(tried.conflicts);
            objects.extend(tried.object.map(|object| (trial.key.clone(), object)));
        }
        Ok(Answers {
            report: Report::of(findings),
            conflicts,
            objects,
        })
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
                let (found, object) = self.object(access, &part).await?;
                findings.extend(found);
                Ok(Tried {
                    object,
                    ..findings.into()
                })
            }
            Act::Recreate => {
                let create = may(access, "create", key, fields).await?;
                Ok(vec![create, may(access, "delete", key, fields).await?].into())
            }
            Act::Delete => Ok(vec![may(access, "delete", key, fields).await?].into()),
            Act::Patch(patching) => {
                let right = may(access, "patch", key, fields).await?;
                let (tried, object) = patch(access, trial, patching).await?;
                Ok(Tried {
                    object,
                    ..vec![right, tried].into()
                })
            }
            Act::Apply {
                before,
                object,
                sent,
                live,
                agreed,
            } => {
                let mut tried: Tried = vec![may(access, "patch", key, fields).await?].into();
                let change = fixed::Change {
                    before,
                    after: object.body.value(),
                };
                let unsaid = fixed::unsaid(key, fields, live, change);
                if !unsaid.is_empty() {
                    tried.findings.push(Finding::fixed(key, unsaid));
                    return Ok(tried);
                }
                apply(access, trial, (*sent, live, change), *agreed, &mut tried).await?;
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
    (sent, live, change): (Sending<'_>, &Value, fixed::Change<'_>),
    agreed: Option<(&str, &[String])>,
    tried: &mut Tried,
) -> Result<(), ClusterError> {
    let mut answer = access.dry_apply_on(key, sent, live, Force::No).await;
    if let Ok(Applied::Conflicts(owned)) = &answer {
        let seen = version_of(live);
        let may =
            |path: &String| agreed.is_some_and(|(version, paths)| version == seen && paths.contains(path));
        let open = owned.iter().filter(|owned| !may(&owned.path));
        let (mut in_body, mut in_live) = (Numbered::of(sent.body), Numbered::of(live));
        tried.conflicts.extend(open.map(|owned| {
            let (in_body, in_live) = (in_body.path(&owned.path), in_live.path(&owned.path));
            FieldConflict {
                object: object_ref(key),
                version: seen.clone(),
                field: fields.field(&in_body).to_owned(),
                path: owned.path.clone(),
                manager: owned.manager.clone(),
                theirs: value_at(live, &in_live),
                mine: value_at(sent.body, &in_body),
            }
        }));
        answer = access.dry_apply_on(key, sent, live, Force::Yes).await;
    }
    if let Err(ClusterError::Refused { message, causes, .. }) = &answer {
        let issues = fixed::refused(key, fields, (message, causes), change);
        if !issues.is_empty() {
            tried
                .findings
                .push(Finding::fixed(key, issues).says(message.clone()));
            return Ok(());
        }
    }
    let (answer, object) = taken_apart(answered(answer)?);
    let unlike = object
        .as_ref()
        .map(|object| unlike_body(Some(change.before), change.after, object));
    let unlike = unlike_issues(unlike.unwrap_or_default(), key, fields);
    let finding = Finding::of_dry_run(answer, key, fields, "patch");
    tried.findings.push(finding.with_all(unlike));
    tried.object = object;
    Ok(())
}

/// Tries the patch of an object of somebody else. What it does not say is told before the cluster is asked.
async fn patch(
    access: &Access,
    Trial { key, fields, .. }: &Trial<'_>,
    patching: &Patching<'_>,
) -> Result<(Finding, Option<Value>), ClusterError> {
    let wanted = patching.wanted();
    let change = fixed::Change {
        before: patching.live,
        after: &wanted,
    };
    let unsaid = fixed::unsaid(key, fields, patching.live, change);
    if !unsaid.is_empty() {
        return Ok((Finding::fixed(key, unsaid), None));
    }
    let answer = access.patch(key, patching.patch, super::PATIENCE, true).await;
    match answered(answer)? {
        Err(ClusterError::Refused {
            status,
            message,
            causes,
        }) => {
            let issues = fixed::refused(key, fields, (&message, &causes), change);
            if !issues.is_empty() {
                return Ok((Finding::fixed(key, issues).says(message), None));
            }
            let (issues, causes) = match patching.planned {
                Some(plan) => in_the_way::told_apart(key, fields, &causes, (&wanted, plan), &patching.kept),
                None => (Vec::new(), causes),
            };
            if !issues.is_empty() {
                return Ok((Finding::fixed(key, issues).says(message), None));
            }
            let error = ClusterError::Refused {
                status,
                message,
                causes,
            };
            Ok((Finding::of_dry_run(Err(error), key, fields, "patch"), None))
        }
        answer => {
            let (answer, object) = taken_apart(answer);
            let unlike = object.as_ref().map(|object| unlike_patch(patching.back, object));
            let unlike = unlike_issues(unlike.unwrap_or_default(), key, fields);
            let finding = Finding::of_dry_run(answer, key, fields, "patch");
            Ok((finding.with_all(unlike), object))
        }
    }
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

/// What the server says of a trial, and the object as it would be then.
fn taken_apart(answer: Result<Applied, ClusterError>) -> (Result<Vec<String>, ClusterError>, Option<Value>) {
    match answer {
        Ok(Applied::Now { warnings, object }) => (Ok(warnings), Some(object)),
        Ok(Applied::Conflicts(_) | Applied::Moved) => (Ok(Vec::new()), None),
        Err(error) => (Err(error), None),
    }
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
            ..Self::default()
        }
    }
}
