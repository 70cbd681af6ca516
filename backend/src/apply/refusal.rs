//! Why a step is not done, with the field to blame.

use slipway_api::StepVerb;
use slipway_model::{Issue, Problem};

use super::operation::Refused;
use super::step::{Refusal, Step};
use crate::cluster::{ClusterError, Found, Owned};
use crate::preflight::{Numbered, refusal_issues};

/// The name belongs to something else.
pub(super) fn taken(step: &Step, by: Option<Found>, installation: &str) -> Refused {
    let owner = by.map(|found| found.owner(installation)).unwrap_or_default();
    let (kind, name) = (step.key.kind.clone(), step.key.name.clone());
    let problem = Problem::NameTaken {
        kind,
        name,
        owner: owner.clone(),
    };
    Refused {
        why: Refusal::NameTaken,
        message: owner,
        issues: vec![Issue::error(step.fields.name(), problem)],
    }
}

/// The object is not the one that was to be changed, or is no longer what it was.
pub(super) fn changed(step: &Step) -> Refused {
    let problem = Problem::ChangedMeanwhile {
        kind: step.key.kind.clone(),
        name: step.key.name.clone(),
    };
    Refused {
        why: Refusal::Changed,
        message: "it is no longer what it was".to_owned(),
        issues: vec![Issue::error(step.fields.name(), problem)],
    }
}

/// Somebody else has set fields that the step sets.
pub(super) fn conflicts(step: &Step, owned: &[Owned]) -> Refused {
    let words = |owned: &Owned| format!("{} was set by {}", owned.path, owned.manager);
    let mut numbered = Numbered::of(&step.body);
    let issues = owned
        .iter()
        .map(|owned| owned_issue(step, owned, &numbered.path(&owned.path)))
        .collect();
    Refused {
        why: Refusal::Conflict,
        message: owned.iter().map(words).collect::<Vec<_>>().join("; "),
        issues,
    }
}

fn owned_issue(step: &Step, owned: &Owned, path: &str) -> Issue {
    let problem = Problem::SetByOthers {
        kind: step.key.kind.clone(),
        name: step.key.name.clone(),
        path: owned.path.clone(),
        manager: owned.manager.clone(),
    };
    Issue::error(step.fields.field(path), problem)
}

/// The cluster said no.
pub(super) fn refused(step: &Step, error: &ClusterError) -> Refused {
    let (why, message) = match error {
        ClusterError::Forbidden { message } => (Refusal::NotAllowed, message.clone()),
        ClusterError::Missing { message } => (Refusal::Missing, message.clone()),
        ClusterError::Refused { message, .. } | ClusterError::Conflict { message, .. } => {
            (Refusal::Refused, message.clone())
        }
        other => (Refusal::Refused, other.to_string()),
    };
    let verb = match step.verb {
        StepVerb::Create => "create",
        StepVerb::Apply | StepVerb::Patch => "patch",
        StepVerb::Delete => "delete",
    };
    Refused {
        why,
        message,
        issues: refusal_issues(error, verb, &step.key, &step.fields),
    }
}
