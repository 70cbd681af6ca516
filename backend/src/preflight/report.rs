//! What was found, check by check.

use slipway_api::{CheckState, CheckView, ChecksView};
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use super::{FieldMap, refusal_issues};
use crate::cluster::ClusterError;

pub(super) const NAMESPACE: &str = "namespace";
pub(super) const NAMES: &str = "names";
pub(super) const RIGHTS: &str = "rights";
const DRY_RUN: &str = "dry_run";
const POD_DRY_RUN: &str = "pod_dry_run";

/// What the cluster says beforehand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Each check.
    pub checks: Vec<CheckView>,
    /// What they found, at the fields to fix.
    pub issues: Vec<Issue>,
}

impl Report {
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

    /// Several checks may find the same; it is said once.
    pub(super) fn add(&mut self, findings: Vec<Finding>) {
        for Finding { check, issues } in findings {
            self.checks.push(check);
            for issue in issues {
                if !self.issues.contains(&issue) {
                    self.issues.push(issue);
                }
            }
        }
    }
}

/// One check and what it found.
pub(super) struct Finding {
    check: CheckView,
    issues: Vec<Issue>,
}

impl Finding {
    pub(super) fn passed(code: &str, key: Option<&ObjectKey>) -> Self {
        Self::new(code, key, CheckState::Passed, None, Vec::new())
    }

    pub(super) fn warned(
        code: &str,
        key: Option<&ObjectKey>,
        field: &str,
        problem: Problem,
        evidence: Option<String>,
    ) -> Self {
        Self::new(
            code,
            key,
            CheckState::Warning,
            evidence,
            vec![Issue::warning(field, problem)],
        )
    }

    pub(super) fn failed(
        code: &str,
        key: Option<&ObjectKey>,
        field: &str,
        problem: Problem,
        evidence: Option<String>,
    ) -> Self {
        Self::new(
            code,
            key,
            CheckState::Failed,
            evidence,
            vec![Issue::error(field, problem)],
        )
    }

    /// Something that the cluster would refuse.
    pub(super) fn refused(key: &ObjectKey, issue: Issue, words: String) -> Self {
        Self::new(
            dry_run_code(key),
            Some(key),
            CheckState::Failed,
            Some(words),
            vec![issue],
        )
    }

    /// A check without a consequence of its own that could not be made.
    pub(super) fn unknown(code: &str, reason: String) -> Self {
        Self::new(code, None, CheckState::CouldNotCheck, Some(reason), Vec::new())
    }

    /// A dry run that the person may not make.
    pub(super) fn no_right_to_try(key: &ObjectKey) -> Self {
        Self::could_not(key, "containers", format!("no right to create {}", key.plural()))
    }

    /// What a dry run found. An error means that the cluster did not answer.
    pub(super) fn of_dry_run(
        answer: Result<Vec<String>, ClusterError>,
        key: &ObjectKey,
        fields: &FieldMap,
        verb: &str,
    ) -> Result<Vec<Self>, ClusterError> {
        let code = dry_run_code(key);
        let finding = match answer {
            Ok(warnings) if warnings.is_empty() => Self::passed(code, Some(key)),
            Ok(warnings) => {
                let issue = |message: &String| {
                    let problem = Problem::ClusterWarning {
                        kind: key.kind.clone(),
                        message: message.clone(),
                    };
                    Issue::warning(fields.of_warning(message), problem)
                };
                let issues = warnings.iter().map(issue).collect();
                Self::new(
                    code,
                    Some(key),
                    CheckState::Warning,
                    Some(warnings.join("; ")),
                    issues,
                )
            }
            Err(error) => match reason_not_to_try(&error, verb) {
                Some(reason) => Self::could_not(key, fields.field(""), reason),
                None if no_answer(&error) => return Err(error),
                None => {
                    let issues = refusal_issues(&error, verb, key, fields);
                    Self::new(
                        code,
                        Some(key),
                        CheckState::Failed,
                        Some(error.to_string()),
                        issues,
                    )
                }
            },
        };
        Ok(vec![finding])
    }

    fn could_not(key: &ObjectKey, field: &str, reason: String) -> Self {
        let problem = Problem::CouldNotCheck {
            kind: key.kind.clone(),
            reason: reason.clone(),
        };
        let issues = vec![Issue::warning(field, problem)];
        Self::new(
            dry_run_code(key),
            Some(key),
            CheckState::CouldNotCheck,
            Some(reason),
            issues,
        )
    }

    fn new(
        code: &str,
        key: Option<&ObjectKey>,
        state: CheckState,
        evidence: Option<String>,
        issues: Vec<Issue>,
    ) -> Self {
        let object = key.map(|key| format!("{} {}", key.kind, key.name));
        Self {
            check: CheckView {
                code: code.to_owned(),
                object,
                state,
                evidence,
            },
            issues,
        }
    }
}

fn dry_run_code(key: &ObjectKey) -> &'static str {
    if key.kind == "Pod" { POD_DRY_RUN } else { DRY_RUN }
}

/// Why a dry run says nothing about the real request.
///
/// A webhook with side effects cannot be tried; one that is down may be up by then; applying is not needed to create.
fn reason_not_to_try(error: &ClusterError, verb: &str) -> Option<String> {
    match error {
        ClusterError::Refused { message, .. } if message.contains("does not support dry run") => {
            Some(message.clone())
        }
        ClusterError::Failed { message } => Some(message.clone()),
        ClusterError::Forbidden { message } if verb == "patch" => Some(message.clone()),
        _ => None,
    }
}

fn no_answer(error: &ClusterError) -> bool {
    matches!(
        error,
        ClusterError::Unreachable(_)
            | ClusterError::Busy { .. }
            | ClusterError::Setup(_)
            | ClusterError::Unauthenticated { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> ObjectKey {
        ObjectKey::namespaced("v1", "Service", "shop", "web")
    }

    fn of(error: ClusterError, verb: &str) -> Report {
        let mut report = Report::default();
        report.add(Finding::of_dry_run(Err(error), &service(), &FieldMap::default(), verb).unwrap());
        report
    }

    fn refused(message: &str) -> ClusterError {
        ClusterError::Refused {
            status: 400,
            message: message.to_owned(),
            causes: Vec::new(),
        }
    }

    #[test]
    fn a_webhook_with_side_effects_is_a_warning_with_its_reason() {
        let report = of(
            refused("admission webhook \"a.example\" does not support dry run"),
            "create",
        );

        assert_eq!(report.checks[0].state, CheckState::CouldNotCheck);
        assert!(
            matches!(&report.issues[0].problem, Problem::CouldNotCheck { reason, .. } if reason.contains("a.example"))
        );
        assert!(!report.has_errors());
    }

    #[test]
    fn a_refusal_stands_in_the_way_and_is_said_once() {
        let mut report = of(refused("no"), "create");
        report
            .add(Finding::of_dry_run(Err(refused("no")), &service(), &FieldMap::default(), "patch").unwrap());

        assert!(report.has_errors());
        assert_eq!((report.checks.len(), report.issues.len()), (2, 1));
    }

    #[test]
    fn a_cluster_that_does_not_answer_has_not_checked_anything() {
        let answer = Err(ClusterError::Unreachable("gone".to_owned()));

        assert!(Finding::of_dry_run(answer, &service(), &FieldMap::default(), "create").is_err());
    }
}
