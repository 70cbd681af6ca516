//! Every field beyond the first launch: what is wrong is blamed at its own field, and nowhere else.

use serde_json::json;

use crate::issue::SchedulePart;
use crate::value::FieldPath;
use crate::{Draft, Issue, Problem, validate};

/// A draft that uses everything, with ids that do not depend on positions, and not one error.
pub(super) fn shop() -> Draft {
    let mut draft: Draft = serde_json::from_value(json!({
        "basics": { "namespace": "shop", "name": "shop", "replicas": 1,
                    "annotations": [{ "id": 10, "key": "a/b", "value": "c" }] },
        "workload": { "revision_history": 3, "min_ready": 5, "progress_deadline": 60,
                      "update": { "max_surge": "25%", "max_unavailable": 0 } },
        "containers": [
            { "id": 1, "image": "nginx:1.27", "pull_secrets": [{ "id": 11, "name": "registry" }], "working_dir": "/srv",
              "resources": { "cpu_request": "100m", "cpu_limit": "1", "memory_request": "64Mi", "memory_limit": "1Gi",
                             "storage_request": "1Gi", "storage_limit": "2Gi" },
              "ports": [{ "id": 12, "name": "http", "number": 80 }],
              "env": [{ "id": 13, "kind": "config_map", "name": "A", "object": "settings", "key": "a" },
                      { "id": 14, "kind": "field", "name": "B", "field": "metadata.name" },
                      { "id": 15, "kind": "resource", "name": "C", "resource": "limits.cpu", "divisor": "1m",
                        "container": "shop" },
                      { "id": 16, "kind": "secret", "object": "db", "prefix": "DB_" }],
              "liveness": { "enabled": true, "path": "/", "port": "http",
                            "headers": [{ "id": 17, "name": "X-Probe", "value": "1" }] },
              "readiness": { "enabled": true, "kind": "tcp", "port": 80, "healthy": 2 },
              "startup": { "enabled": true, "kind": "exec", "command": [{ "id": 18, "text": "true" }] },
              "mounts": [{ "id": 19, "volume": "data", "path": "/data", "sub_path": "a" },
                         { "id": 20, "volume": "logs", "path": "/var/log" }],
              "logs": [{ "id": 21, "store": "shop", "path": "/var/log/*.log", "shards": 2, "days": 7 }],
              "log_tags": [{ "id": 22, "tag": "release", "value": "1" }],
              "security": { "user": 1, "group": 1, "capabilities": [{ "id": 23, "text": "NET_ADMIN" }] } },
            { "id": 2, "name": "prepare", "kind": "init", "image": "busybox:1.36" }],
        "volumes": [{ "id": 3, "name": "data", "kind": "new_claim", "size": "20Gi", "class": "alicloud-disk-essd" },
                    { "id": 4, "name": "logs", "kind": "empty_dir", "size": "1Gi" }],
        "services": [{ "id": 5, "name": "shop", "ports": [{ "id": 24, "port": 80 }],
                       "labels": [{ "id": 25, "key": "a", "value": "b" }] }],
        "ingresses": [{ "id": 6, "name": "shop", "class": "nginx", "rules": [{ "id": 26, "host": "a.example.com" }],
                        "tls": [{ "id": 27, "host": "a.example.com", "secret": "tls" }], "weight": 80,
                        "annotations": [{ "id": 28, "key": "kubernetes.io/ingress.class", "value": "nginx" }],
                        "canary": { "enabled": true, "service": "next", "port": 80, "weight": 20, "header": "X-Next",
                                    "cookie": "next" } }],
        "scaling": { "metric": { "enabled": true, "min": 1, "max": 1, "metrics": [{ "id": 29, "kind": "memory", "utilization": 80 }] },
                     "timed": { "enabled": true, "jobs": [{ "id": 30, "name": "day", "schedule": "0 0 8 * * *", "replicas": 1 }],
                                "excluded": [{ "id": 31, "schedule": "* * * 1 1 *" }] } },
        "pod": { "grace": 30, "service_account": "shop", "labels": [{ "id": 32, "key": "a", "value": "b" }],
                 "node_selector": [{ "id": 33, "key": "a", "value": "b" }],
                 "affinity": [{ "id": 34, "kind": "node", "key": "zone", "values": "a,b", "weight": 5 }],
                 "tolerations": [{ "id": 35, "key": "a", "value": "b", "effect": "NoExecute", "seconds": 5 }],
                 "spread": [{ "id": 36, "topology": "zone", "max_skew": 1 }],
                 "security": { "user": 1, "group": 1, "fs_group": 1 } },
    }))
    .unwrap();
    draft.give_ids();
    draft
}

pub(super) fn with(mut draft: Draft, changes: &[(&str, &str)]) -> Draft {
    for (path, text) in changes {
        draft
            .leaf_mut(path)
            .unwrap_or_else(|| panic!("no field {path}"))
            .set(*text);
    }
    draft
}

pub(super) fn errors(draft: &Draft) -> Vec<Issue> {
    validate(draft)
        .issues
        .into_iter()
        .filter(Issue::is_error)
        .collect()
}

pub(super) fn warnings(draft: &Draft) -> Vec<Issue> {
    let verdict = validate(draft);
    assert!(verdict.app.is_some(), "{:?}", verdict.issues);
    verdict.issues
}

fn range(min: u64, max: u64) -> Problem {
    Problem::NumberOutOfRange { min, max }
}

const MOST: u64 = i32::MAX as u64;

/// A field, a wrong text for it, and what is then said.
type Wrong = (&'static str, &'static str, Problem);

#[expect(clippy::too_many_lines, reason = "one entry for each wrong value")]
fn wrong_containers() -> Vec<Wrong> {
    let choices = |choices: &[&str]| Problem::UnknownChoice {
        choices: choices.iter().map(ToString::to_string).collect(),
    };
    vec![
        (
            "basics.annotations.10.key",
            "a/b/c",
            Problem::AnnotationKeyMalformed {},
        ),
        (
            "basics.annotations.10.key",
            "slipway.dev/x",
            Problem::LabelReserved {},
        ),
        (
            "containers.1.kind",
            "helper",
            choices(&["main", "init", "sidecar"]),
        ),
        (
            "containers.1.pull_policy",
            "Sometimes",
            choices(&["IfNotPresent", "Always", "Never"]),
        ),
        (
            "containers.1.pull_secrets.11.name",
            "My",
            Problem::SubdomainMalformed {},
        ),
        ("containers.1.stdin", "yes", choices(&["false", "true"])),
        ("containers.1.working_dir", "srv", Problem::NotAbsolute {}),
        (
            "containers.1.resources.cpu_limit",
            "50m",
            Problem::RequestOverLimit {},
        ),
        (
            "containers.1.resources.memory_limit",
            "1Mi",
            Problem::RequestOverLimit {},
        ),
        (
            "containers.1.resources.storage_limit",
            "1Mi",
            Problem::RequestOverLimit {},
        ),
        (
            "containers.1.resources.storage_request",
            "x",
            Problem::QuantityMalformed {},
        ),
        ("containers.1.env.13.object", "", Problem::Missing {}),
        ("containers.1.env.13.key", "a/b", Problem::DataKeyMalformed {}),
        ("containers.1.env.13.key", "", Problem::Missing {}),
        (
            "containers.1.env.13.kind",
            "file",
            choices(&["value", "config_map", "secret", "field", "resource"]),
        ),
        ("containers.1.env.14.name", "A", Problem::Duplicate {}),
        (
            "containers.1.env.14.name",
            "aliyun_logs_shop",
            Problem::Duplicate {},
        ),
        (
            "containers.1.env.15.resource",
            "limits.gpu",
            choices(&crate::value::ResourceField::CHOICES),
        ),
        ("containers.1.env.15.divisor", "1Mi", choices(&["1", "1m"])),
        (
            "containers.1.env.15.container",
            "other",
            Problem::UnknownContainer {},
        ),
        (
            "containers.1.env.16.prefix",
            "A=",
            Problem::VariableNameMalformed {},
        ),
        ("containers.1.liveness.port", "https", Problem::UnknownPort {}),
        ("containers.1.liveness.path", "healthz", Problem::NotAbsolute {}),
        ("containers.1.liveness.scheme", "FTP", choices(&["HTTP", "HTTPS"])),
        (
            "containers.1.liveness.kind",
            "grpc",
            choices(&["http", "tcp", "exec"]),
        ),
        (
            "containers.1.liveness.headers.17.name",
            "X_Probe",
            Problem::HeaderNameMalformed {},
        ),
        ("containers.1.liveness.healthy", "2", range(1, 1)),
        ("containers.1.startup.healthy", "2", range(1, 1)),
        ("containers.1.liveness.initial_delay", "-1", range(0, MOST)),
        ("containers.1.readiness.period", "0", range(1, MOST)),
        ("containers.1.readiness.timeout", "0", range(1, MOST)),
        ("containers.1.readiness.unhealthy", "0", range(1, MOST)),
        ("containers.1.readiness.port", "", Problem::Missing {}),
        ("containers.1.startup.command.18.text", "", Problem::NeedsRow {}),
        (
            "containers.1.mounts.19.volume",
            "other",
            Problem::UnknownVolume {},
        ),
        ("containers.1.mounts.19.path", "data", Problem::NotAbsolute {}),
        ("containers.1.mounts.19.path", "/a:b", Problem::PathHasColon {}),
        ("containers.1.mounts.19.sub_path", "../a", Problem::NotInside {}),
        ("containers.1.mounts.20.path", "/data", Problem::Duplicate {}),
        (
            "containers.1.logs.21.store",
            "my_log",
            Problem::LogStoreMalformed {},
        ),
        ("containers.1.logs.21.path", "a.log", Problem::LogPathMalformed {}),
        ("containers.1.logs.21.shards", "11", range(1, 10)),
        ("containers.1.logs.21.days", "3651", range(1, 3650)),
        ("containers.1.log_tags.22.tag", "", Problem::Missing {}),
        ("containers.1.security.user", "root", Problem::NotANumber {}),
        (
            "containers.1.security.capabilities.23.text",
            "CAP_CHOWN",
            Problem::CapabilityMalformed {},
        ),
        (
            "containers.2.liveness.enabled",
            "true",
            Problem::NotForInitContainer {},
        ),
    ]
}

fn wrong_workload_and_volumes() -> Vec<Wrong> {
    vec![
        ("workload.revision_history", "-1", range(0, MOST)),
        ("workload.progress_deadline", "5", range(6, MOST)),
        (
            "workload.update.max_surge",
            "a lot",
            Problem::CountOrPercentMalformed {},
        ),
        ("workload.update.max_surge", "0%", Problem::NothingCouldMove {}),
        ("workload.update.max_unavailable", "101%", range(0, 100)),
        ("volumes.3.size", "", Problem::Missing {}),
        (
            "volumes.3.size",
            "19Gi",
            Problem::SizeTooSmall { min: "20Gi".into() },
        ),
        ("volumes.3.class", "Fast", Problem::SubdomainMalformed {}),
        ("volumes.4.size", "0", Problem::QuantityNotPositive {}),
        (
            "volumes.3.kind",
            "claim_template",
            Problem::NotForType {
                kind: "Deployment".into(),
            },
        ),
    ]
}

fn wrong_access() -> Vec<Wrong> {
    vec![
        (
            "services.5.labels.25.value",
            "a/b",
            Problem::LabelValueMalformed {},
        ),
        (
            "ingresses.6.tls.27.host",
            "b.example.com",
            Problem::HostNotInRules {},
        ),
        ("ingresses.6.tls.27.secret", "", Problem::Missing {}),
        (
            "ingresses.6.annotations.28.value",
            "traefik",
            Problem::ClassConflict {},
        ),
        (
            "ingresses.6.annotations.28.key",
            "nginx.ingress.kubernetes.io/canary",
            Problem::AnnotationSetByField {
                by: "ingresses.6.canary.enabled".into(),
            },
        ),
        ("ingresses.6.weight", "1001", range(0, 1000)),
        ("ingresses.6.canary.service", "", Problem::Missing {}),
        ("ingresses.6.canary.service", "shop", Problem::SameService {}),
        (
            "ingresses.6.canary.port",
            "0",
            Problem::PortOutOfRange { min: 1, max: 65535 },
        ),
        (
            "ingresses.6.canary.header",
            "X_Next",
            Problem::HeaderNameMalformed {},
        ),
        (
            "ingresses.6.canary.cookie",
            "a;b",
            Problem::HeaderNameMalformed {},
        ),
    ]
}

fn wrong_scaling_and_pod() -> Vec<Wrong> {
    let switch = || Problem::UnknownChoice {
        choices: vec!["false".into(), "true".into()],
    };
    vec![
        ("scaling.metric.enabled", "yes", switch()),
        ("scaling.timed.enabled", "on", switch()),
        ("scaling.timed.jobs.30.name", "", Problem::Missing {}),
        (
            "scaling.timed.jobs.30.schedule",
            "0 8 * * *",
            Problem::ScheduleParts {
                expected: 6,
                found: 5,
            },
        ),
        (
            "scaling.timed.jobs.30.schedule",
            "0 0 25 * * *",
            Problem::ScheduleMalformed {
                part: SchedulePart::Hour,
            },
        ),
        ("scaling.timed.jobs.30.replicas", "0", range(1, 10_000)),
        (
            "scaling.timed.excluded.31.schedule",
            "never",
            Problem::ScheduleParts {
                expected: 6,
                found: 1,
            },
        ),
        ("pod.grace", "-1", range(0, MOST)),
        ("pod.service_account", "My", Problem::SubdomainMalformed {}),
        ("pod.labels.32.key", "slipway.dev/app", Problem::LabelReserved {}),
        ("pod.node_selector.33.key", "", Problem::Missing {}),
        ("pod.affinity.34.key", "", Problem::Missing {}),
        ("pod.affinity.34.values", " , ", Problem::Missing {}),
        ("pod.affinity.34.weight", "101", range(1, 100)),
        ("pod.tolerations.35.effect", "NoSchedule", Problem::Missing {}),
        ("pod.tolerations.35.key", "", Problem::Missing {}),
        ("pod.spread.36.max_skew", "0", range(1, MOST)),
        ("pod.security.fs_group", "x", Problem::NotANumber {}),
    ]
}

/// Where the blame is not at the field that was changed, but at the one it no longer agrees with.
fn blamed(field: &'static str, problem: &Problem) -> &'static str {
    match (field, problem) {
        ("containers.1.resources.cpu_limit", _) => "containers.1.resources.cpu_request",
        ("containers.1.resources.memory_limit", _) => "containers.1.resources.memory_request",
        ("containers.1.resources.storage_limit", _) => "containers.1.resources.storage_request",
        ("containers.1.startup.command.18.text", _) => "containers.1.startup.command",
        ("workload.update.max_surge", Problem::NothingCouldMove {}) => "workload.update.max_unavailable",
        ("pod.tolerations.35.effect", _) => "pod.tolerations.35.seconds",
        (field, _) => field,
    }
}

#[test]
fn a_draft_that_uses_everything_is_an_app() {
    assert_eq!(errors(&shop()), []);
    assert!(validate(&shop()).app.is_some());
}

#[test]
fn each_wrong_value_of_the_guide_is_blamed_at_its_own_field() {
    let all = [
        wrong_containers(),
        wrong_workload_and_volumes(),
        wrong_access(),
        wrong_scaling_and_pod(),
    ];
    for (field, text, problem) in all.into_iter().flatten() {
        let draft = with(shop(), &[(field, text)]);

        let errors = errors(&draft);

        let expected = match (field, &problem) {
            ("pod.tolerations.35.effect", _) => Problem::NotForType {
                kind: "NoSchedule".into(),
            },
            (_, problem) => problem.clone(),
        };
        assert_eq!(errors.len(), 1, "{field} = {text}: {errors:?}");
        assert_eq!(
            (errors[0].field.as_str(), &errors[0].problem),
            (blamed(field, &problem), &expected),
            "{text}"
        );
        assert!(validate(&draft).app.is_none());
    }
}

#[test]
fn a_field_of_the_pod_is_one_of_a_few() {
    let errors = errors(&with(shop(), &[("containers.1.env.14.field", "metadata.labels")]));

    let Problem::FieldPathUnknown { choices } = &errors[0].problem else {
        panic!("{errors:?}")
    };
    assert_eq!(choices.len(), FieldPath::CHOICES.len() + 2);
}

fn cron_job(changes: &[(&str, &str)]) -> Draft {
    let changes: Vec<_> = [
        ("basics.kind", "CronJob"),
        ("workload.cron.schedule", "0 3 * * *"),
    ]
    .into_iter()
    .chain([("scaling.metric.enabled", ""), ("scaling.timed.enabled", "")])
    .chain(changes.iter().copied())
    .collect();
    with(shop(), &changes)
}

#[test]
fn each_type_of_workload_has_its_own_fields() {
    for (field, text, problem) in [
        ("workload.cron.schedule", "", Problem::Missing {}),
        (
            "workload.cron.schedule",
            "60 * * * *",
            Problem::ScheduleMalformed {
                part: SchedulePart::Minute,
            },
        ),
        (
            "workload.cron.schedule",
            "CRON_TZ=UTC 0 3 * * *",
            Problem::ScheduleNamesZone {},
        ),
        ("workload.cron.time_zone", "+8", Problem::TimeZoneMalformed {}),
        ("workload.cron.successful_history", "-1", range(0, MOST)),
        ("workload.job.backoff_limit", "-1", range(0, MOST)),
        ("workload.job.deadline", "0", range(1, MOST)),
    ] {
        let errors = errors(&cron_job(&[(field, text)]));

        assert_eq!(errors.len(), 1, "{field} = {text}: {errors:?}");
        assert_eq!(
            (errors[0].field.as_str(), &errors[0].problem),
            (field, &problem),
            "{text}"
        );
    }
    let restart = errors(&cron_job(&[("workload.job.restart", "Always")]));
    assert_eq!(
        restart[0].field, "workload.job.restart",
        "a Job's containers never restart for ever"
    );
    assert_eq!(
        errors(&with(shop(), &[("workload.cron.schedule", "nonsense")])),
        [],
        "not judged for a Deployment"
    );
    let late = warnings(&cron_job(&[("workload.cron.starting_deadline", "5")]));
    assert!(
        late.iter()
            .any(|issue| issue.problem == Problem::MayNeverStart { min: 10 })
    );
    assert_eq!(
        warnings(&cron_job(&[("workload.cron.starting_deadline", "10")])),
        warnings(&cron_job(&[]))
    );
}

#[test]
fn annotations_together_have_a_limit() {
    let mut draft = shop();
    draft.basics.annotations[0].value.set("x".repeat(300_000));

    let errors = errors(&draft);

    assert_eq!(errors[0].field, "basics.annotations");
    assert!(matches!(errors[0].problem, Problem::AnnotationsTooLarge { .. }));
}
