use slipway_model::issue::PodRule;

use super::*;

fn service() -> ObjectKey {
    ObjectKey::namespaced("v1", "Service", "shop", "web")
}

fn of(error: ClusterError, verb: &str) -> Finding {
    Finding::of_dry_run(Err(error), &service(), &FieldMap::default(), verb)
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
    let words = "admission webhook \"a.example\" does not support dry run";
    let report = Report::of([of(refused(words), "create")]);

    assert_eq!(report.checks[0].state, CheckState::CouldNotCheck);
    assert!(
        matches!(&report.issues[0].problem, Problem::CouldNotCheck { reason, .. } if reason.contains("a.example"))
    );
    assert!(!report.has_errors());
}

#[test]
fn a_refusal_stands_in_the_way_and_is_said_once() {
    let report = Report::of([of(refused("no"), "create"), of(refused("no"), "patch")]);

    assert!(report.has_errors());
    assert_eq!((report.checks.len(), report.issues.len()), (2, 1));
}

#[test]
fn a_dry_run_without_an_answer_could_not_be_made() {
    let report = Report::of([of(
        ClusterError::Unreachable("no answer in 10s".to_owned()),
        "create",
    )]);

    assert_eq!(report.checks[0].state, CheckState::CouldNotCheck);
    assert!(report.checks[0].evidence.as_deref().unwrap().contains("10s"));
    assert!(!report.has_errors());
}

#[test]
fn the_worst_that_was_found_is_the_state_of_a_check() {
    let state = |finding: Finding| finding.view().state;
    let quota = || Finding::of(CheckCode::Quota);
    let warned = || quota().warned("a", Problem::NeedsRow {});

    assert_eq!(state(quota()), CheckState::Passed);
    assert_eq!(state(warned().could_not(None)), CheckState::Warning);
    assert_eq!(
        state(warned().failed("a", Problem::Missing {})),
        CheckState::Failed
    );
}

#[test]
fn what_we_have_read_does_not_refuse_a_pod_that_the_cluster_accepts() {
    let pod = ObjectKey::namespaced("v1", "Pod", "shop", "web");
    let forbidden = || {
        let rule = PodRule::HostPath;
        let problem = Problem::PodSecurity {
            level: "baseline".to_owned(),
            rule,
        };
        Finding::of(CheckCode::PodSecurity).failed("volumes.1.kind", problem)
    };

    let alone = Report::of([forbidden()]);
    let exempt = Report::of([forbidden(), Finding::about(CheckCode::PodDryRun, &pod)]);

    assert!(alone.has_errors());
    assert!(!exempt.has_errors());
    assert_eq!(exempt.checks[0].state, CheckState::Warning);
}

#[test]
fn what_breaks_a_rule_is_said_once_at_its_field_and_stays_as_evidence() {
    let pod = ObjectKey::namespaced("v1", "Pod", "shop", "web");
    let words = "pods \"web\" is forbidden: violates PodSecurity \"baseline:latest\": hostPath volumes";
    let refusal = || Finding::of_dry_run(Err(refused(words)), &pod, &FieldMap::default(), "create");
    let problem = Problem::PodSecurity {
        level: "baseline".to_owned(),
        rule: PodRule::HostPath,
    };
    let rule = Finding::of(CheckCode::PodSecurity).failed("volumes.1.kind", problem);

    let alone = Report::of([refusal()]);
    let both = Report::of([refusal(), rule]);

    assert_eq!(alone.issues[0].field, "basics.name");
    assert_eq!(both.issues.len(), 1);
    assert_eq!(both.issues[0].field, "volumes.1.kind");
    let dry_run = both.checks.last().unwrap();
    assert_eq!(dry_run.state, CheckState::Failed);
    assert!(dry_run.evidence.as_deref().unwrap().contains(words));
}

#[test]
fn a_pod_that_a_quota_keeps_out_until_another_goes_is_a_warning_and_every_other_refusal_stays_one() {
    let (key, fields) = (
        ObjectKey::namespaced("v1", "Pod", "shop", "web"),
        FieldMap::default(),
    );
    let after = |message: &str| {
        let refused = ClusterError::Refused {
            status: 403,
            message: message.to_owned(),
            causes: Vec::new(),
        };
        let finding = Finding::of_dry_run(Err(refused), &key, &fields, "create").once_others_go();
        let has_errors = finding.view().issues.iter().any(Issue::is_error);
        (finding.view().state, has_errors)
    };

    assert_eq!(
        after(
            "pods \"web-x\" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2"
        ),
        (CheckState::Warning, false)
    );
    assert_eq!(
        after("pods \"web-x\" is forbidden: violates PodSecurity"),
        (CheckState::Failed, true)
    );
}
