//! What was found, check by check.
//!
//! What the API server would refuse is *failed*, and stands in the way: objects, and pods of which not one could be made.
//! What it would accept although it would not run as wanted (a Secret that is missing, nodes without room, no figures to
//! scale by) is a *warning*: it may be made later. One thing is refused although the API server would take it: a port of
//! a load balancer that another Service uses, since that would take the other one's traffic away. What cannot be asked
//! *could not be checked*, with the reason, and never hides the rest.

use slipway_api::{CheckCode, CheckState, CheckView, ChecksView, Fact, FactCode};
use slipway_model::issue::Severity;
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use super::{FieldMap, refusal_issues};
use crate::cluster::ClusterError;

/// What the cluster says beforehand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Each check.
    pub checks: Vec<CheckView>,
    /// What they found, at the fields to fix.
    pub issues: Vec<Issue>,
}

impl Report {
    /// Everything that was found, in the order of the page.
    pub(super) fn of(findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut checks: Vec<CheckView> = findings.into_iter().map(|Finding(check)| check).collect();
        trust_the_pod(&mut checks);
        leave_to_the_rules(&mut checks);
        checks.sort_by_key(|check| check.code);
        let mut issues: Vec<Issue> = Vec::new();
        for issue in checks.iter().flat_map(|check| &check.issues) {
            // Several checks may find the same; it is said once.
            if !issues.contains(issue) {
                issues.push(issue.clone());
            }
        }
        Self { checks, issues }
    }

    /// Whether something stands in the way.
    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(Issue::is_error)
    }

    /// The report as pages show it.
    pub fn view(self, revision: u64) -> ChecksView {
        ChecksView {
            revision,
            checks: self.checks,
            issues: self.issues,
        }
    }
}

/// A pod that the cluster would accept is not refused by what we have read: somebody may be exempt from a rule.
fn trust_the_pod(checks: &mut [CheckView]) {
    let accepted = checks.iter().any(|check| {
        check.code == CheckCode::PodDryRun && matches!(check.state, CheckState::Passed | CheckState::Warning)
    });
    let of_pod = [
        CheckCode::PodSecurity,
        CheckCode::Limits,
        CheckCode::ServiceAccount,
    ];
    let judged = |check: &&mut CheckView| of_pod.contains(&check.code) && check.state == CheckState::Failed;
    for check in checks.iter_mut().filter(judged).filter(|_| accepted) {
        check.state = CheckState::Warning;
        for issue in &mut check.issues {
            issue.severity = Severity::Warning;
        }
    }
}

/// What the cluster says of Pod Security in one long sentence is not said again where each rule has its field. The
/// sentence stays as evidence.
fn leave_to_the_rules(checks: &mut [CheckView]) {
    let told = |check: &CheckView| check.code == CheckCode::PodSecurity && !check.issues.is_empty();
    if !checks.iter().any(told) {
        return;
    }
    let again = |issue: &Issue| match &issue.problem {
        Problem::ClusterWarning { message, .. } => message.starts_with("would violate PodSecurity "),
        Problem::Refused { message, .. } => message.contains("violates PodSecurity "),
        _ => false,
    };
    for check in checks {
        check.issues.retain(|issue| !again(issue));
    }
}

/// One check and what it found. It has passed until something is added that says otherwise.
pub(super) struct Finding(CheckView);

impl Finding {
    /// About the whole app.
    pub(super) fn of(code: CheckCode) -> Self {
        Self(CheckView {
            code,
            object: None,
            state: CheckState::Passed,
            evidence: None,
            facts: Vec::new(),
            issues: Vec::new(),
        })
    }

    /// About one object.
    pub(super) fn about(code: CheckCode, key: &ObjectKey) -> Self {
        Self::named(code, &key.kind, &key.name)
    }

    /// What the cluster would not do to an object.
    pub(super) fn fixed(key: &ObjectKey, issues: Vec<Issue>) -> Self {
        Self::about(dry_run_code(key), key).with_all(issues)
    }

    /// About one object of this kind and name.
    pub(super) fn named(code: CheckCode, kind: &str, name: &str) -> Self {
        let mut finding = Self::of(code);
        finding.0.object = Some(format!("{kind} {name}"));
        finding
    }

    /// A check that could not be made, and why.
    pub(super) fn unknown(code: CheckCode, reason: &ClusterError) -> Self {
        Self::of(code).hindered(reason)
    }

    /// A check that is not made for whoever may not create the app.
    pub(super) fn no_right_to_know(code: CheckCode) -> Self {
        Self::of(code)
            .could_not(None)
            .seen(Fact::new(FactCode::NoRight, []))
    }

    /// The same, at least partly not found out because the cluster would not say.
    pub(super) fn hindered(self, reason: &ClusterError) -> Self {
        match reason {
            ClusterError::ServerForbidden { verb, resource } => {
                let params = [("verb", verb.clone()), ("resource", resource.clone())];
                self.could_not(None)
                    .seen(Fact::new(FactCode::ServerMayNot, params))
            }
            reason => self.could_not(Some(reason.to_string())),
        }
    }

    /// The same, found to stand in the way, or worth knowing.
    pub(super) fn with(mut self, issue: Issue) -> Self {
        self.raise(if issue.is_error() {
            CheckState::Failed
        } else {
            CheckState::Warning
        });
        if !self.0.issues.contains(&issue) {
            self.0.issues.push(issue);
        }
        self
    }

    /// The same with something that stands in the way.
    pub(super) fn failed(self, field: &str, problem: Problem) -> Self {
        self.with(Issue::error(field, problem))
    }

    /// The same with something worth knowing.
    pub(super) fn warned(self, field: &str, problem: Problem) -> Self {
        self.with(Issue::warning(field, problem))
    }

    /// The same with several issues.
    pub(super) fn with_all(self, issues: impl IntoIterator<Item = Issue>) -> Self {
        issues.into_iter().fold(self, Self::with)
    }

    /// The same with something that was seen.
    pub(super) fn seen(mut self, fact: Fact) -> Self {
        self.0.facts.push(fact);
        self
    }

    /// The same in the cluster's words.
    pub(super) fn says(mut self, words: impl Into<String>) -> Self {
        self.0.evidence = Some(words.into());
        self
    }

    /// The same, at least partly not found out.
    pub(super) fn could_not(mut self, reason: Option<String>) -> Self {
        self.raise(CheckState::CouldNotCheck);
        self.0.evidence = reason.or(self.0.evidence);
        self
    }

    /// The same of a pod of an app that is there. Where a quota does not let it in beside those that it replaces, it may once
    /// they go; what the whole app takes of the quota is another check.
    pub(super) fn once_others_go(mut self) -> Self {
        let words = self.0.evidence.as_deref().unwrap_or_default();
        if self.0.state == CheckState::Failed && words.contains("exceeded quota: ") {
            self.0.state = CheckState::Warning;
            for issue in &mut self.0.issues {
                issue.severity = Severity::Warning;
            }
        }
        self
    }

    fn raise(&mut self, state: CheckState) {
        self.0.state = self.0.state.max(state);
    }

    /// Whether nothing was found.
    pub(super) fn has_passed(&self) -> bool {
        self.0.state == CheckState::Passed
    }

    /// How it went.
    #[cfg(test)]
    pub(super) fn view(&self) -> &CheckView {
        &self.0
    }

    /// A dry run that the person may not make.
    pub(super) fn no_right_to_try(key: &ObjectKey) -> Self {
        Self::not_tried(key, "containers", format!("no right to create {}", key.plural()))
    }

    /// What a dry run found.
    pub(super) fn of_dry_run(
        answer: Result<Vec<String>, ClusterError>,
        key: &ObjectKey,
        fields: &FieldMap,
        verb: &str,
    ) -> Self {
        let finding = Self::about(dry_run_code(key), key);
        match answer {
            Ok(warnings) if warnings.is_empty() => finding,
            Ok(warnings) => {
                let issue = |message: &String| {
                    let problem = Problem::ClusterWarning {
                        kind: key.kind.clone(),
                        message: message.clone(),
                    };
                    Issue::warning(fields.of_warning(message), problem)
                };
                finding
                    .with_all(warnings.iter().map(issue))
                    .says(warnings.join("; "))
            }
            Err(error) => match reason_not_to_try(&error, verb) {
                Some(reason) => Self::not_tried(key, fields.field(""), reason),
                None => finding
                    .with_all(refusal_issues(&error, verb, key, fields))
                    .says(error.to_string()),
            },
        }
    }

    fn not_tried(key: &ObjectKey, field: &str, reason: String) -> Self {
        let problem = Problem::CouldNotCheck {
            kind: key.kind.clone(),
            reason: reason.clone(),
        };
        let mut finding = Self::about(dry_run_code(key), key).could_not(Some(reason));
        finding.0.issues.push(Issue::warning(field, problem));
        finding
    }
}

fn dry_run_code(key: &ObjectKey) -> CheckCode {
    if key.kind == "Pod" {
        CheckCode::PodDryRun
    } else {
        CheckCode::DryRun
    }
}

/// Why a dry run says nothing about the real request.
///
/// A webhook with side effects cannot be tried; one that is down, or takes too long, may be up by then; applying is not
/// needed to create.
fn reason_not_to_try(error: &ClusterError, verb: &str) -> Option<String> {
    match error {
        ClusterError::Refused { message, .. } if message.contains("does not support dry run") => {
            Some(message.clone())
        }
        ClusterError::Failed { message } => Some(message.clone()),
        ClusterError::Forbidden { message } if verb == "patch" => Some(message.clone()),
        ClusterError::Unreachable(_)
        | ClusterError::Busy { .. }
        | ClusterError::Setup(_)
        | ClusterError::Unauthenticated { .. }
        | ClusterError::ServerForbidden { .. } => Some(error.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
