//! Step 1: what each type of workload needs.

use super::basics;
use super::part::{MOST, Part};
use crate::app::{
    Concurrency, CronJob, Deployment, DeploymentUpdate, Job, PodManagement, Restart, Retention, Rolling,
    StatefulSet, StatefulUpdate, Workload, WorkloadKind,
};
use crate::value::{CountOrPercent, CronSchedule, ServiceName, TimeZone, whole};
use crate::{Draft, Issues, Problem, draft};

/// Seconds after which a Deployment counts as failed, unless told otherwise.
const PROGRESS_DEADLINE: u32 = 600;

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Workload> {
    let mut part = Part::new("workload", issues);
    match basics::kind(&draft.basics)? {
        WorkloadKind::Deployment => Some(Workload::Deployment(deployment(&draft.workload, &mut part))),
        WorkloadKind::StatefulSet => stateful_set(draft, &mut part).map(Workload::StatefulSet),
        WorkloadKind::Job => job(draft, &mut part.inner("job")).map(Workload::Job),
        WorkloadKind::CronJob => cron_job(draft, &mut part).map(Workload::CronJob),
    }
}

fn deployment(typed: &draft::Workload, part: &mut Part) -> Deployment {
    let update = deployment_update(&typed.update, &mut part.inner("update"));
    let min_ready = part.count("min_ready", &typed.min_ready, 0, MOST);
    let revision_history = part.count("revision_history", &typed.revision_history, 0, MOST);
    let progress_deadline = part.count("progress_deadline", &typed.progress_deadline, 1, MOST);
    let deadline = progress_deadline.unwrap_or(PROGRESS_DEADLINE);
    if let Some(ready) = min_ready.filter(|ready| *ready >= deadline) {
        let (leaf, min, max) = match progress_deadline {
            Some(_) => ("progress_deadline", u64::from(ready) + 1, u64::from(MOST)),
            None => ("min_ready", 0, u64::from(deadline) - 1),
        };
        part.error(leaf, Problem::NumberOutOfRange { min, max });
    }
    Deployment {
        update,
        min_ready,
        revision_history,
        progress_deadline,
    }
}

fn deployment_update(typed: &draft::Update, part: &mut Part) -> Option<DeploymentUpdate> {
    if part.choice(
        "kind",
        &typed.kind,
        &[("RollingUpdate", false), ("Recreate", true)],
    )? {
        return Some(DeploymentUpdate::Recreate);
    }
    let max_surge = part.optional("max_surge", &typed.max_surge, CountOrPercent::parse);
    let max_unavailable = part.optional("max_unavailable", &typed.max_unavailable, CountOrPercent::parse);
    if max_unavailable.is_some_and(CountOrPercent::is_over_all) {
        part.error("max_unavailable", Problem::NumberOutOfRange { min: 0, max: 100 });
    }
    if max_surge
        .zip(max_unavailable)
        .is_some_and(|(surge, missing)| surge.is_zero() && missing.is_zero())
    {
        part.error("max_unavailable", Problem::NothingCouldMove {});
    }
    let rolling = Rolling {
        max_surge,
        max_unavailable,
    };
    let said = !typed.kind.is_blank() || rolling != Rolling::default();
    said.then_some(DeploymentUpdate::Rolling(rolling))
}

fn stateful_set(draft: &Draft, part: &mut Part) -> Option<StatefulSet> {
    let typed = &draft.workload;
    let update = stateful_update(&typed.update, &mut part.inner("update"));
    let min_ready = part.count("min_ready", &typed.min_ready, 0, MOST);
    let revision_history = part.count("revision_history", &typed.revision_history, 0, MOST);
    let mut part = part.inner("stateful");
    let typed = &typed.stateful;
    let service = governing_service(draft, &mut part);
    let pod_management = part.chosen("pod_management", &typed.pod_management, PodManagement::CHOICES);
    let when_deleted = part.chosen("when_deleted", &typed.when_deleted, Retention::CHOICES);
    let when_scaled = part.chosen("when_scaled", &typed.when_scaled, Retention::CHOICES);
    Some(StatefulSet {
        service: service?,
        pod_management,
        update,
        min_ready,
        revision_history,
        when_deleted,
        when_scaled,
    })
}

fn stateful_update(typed: &draft::Update, part: &mut Part) -> Option<StatefulUpdate> {
    if part.choice(
        "kind",
        &typed.kind,
        &[("RollingUpdate", false), ("OnDelete", true)],
    )? {
        return Some(StatefulUpdate::OnDelete);
    }
    let partition = part.count("partition", &typed.partition, 0, MOST);
    let said = !typed.kind.is_blank() || partition.is_some();
    said.then_some(StatefulUpdate::Rolling { partition })
}

/// The Service that gives each pod its name: the one named, else the first headless one, else the app's own name, for
/// the name cannot be changed later and a Service can still be made.
fn governing_service(draft: &Draft, part: &mut Part) -> Option<ServiceName> {
    let field = &draft.workload.stateful.service;
    let headless = |service: &&draft::Service| {
        service.headless.is_on() && matches!(service.kind.text(), "ClusterIP" | "")
    };
    let named = |name: &str| draft.services.iter().find(|service| service.name.text() == name);
    if field.is_blank() {
        if let Some(service) = draft.services.iter().find(headless) {
            // A name that is wrong is blamed at the Service.
            return Some(ServiceName::unchecked(service.name.text()));
        }
        part.warn("service", Problem::NeedsHeadless {});
        return Some(ServiceName::unchecked(draft.basics.name.text()));
    }
    let name = part.needed("service", field, ServiceName::parse)?;
    match named(name.as_str()) {
        Some(service) if headless(&service) => {}
        Some(_) => part.warn("service", Problem::NeedsHeadless {}),
        None => part.warn("service", Problem::UnknownService {}),
    }
    Some(name)
}

/// What is typed instead of a number where a Job shall have none.
const UNCOUNTED: &str = "none";

fn job(draft: &Draft, part: &mut Part) -> Option<Job> {
    let typed = &draft.workload.job;
    let is_queue = typed.completions.text() == UNCOUNTED;
    let completions = match &typed.completions {
        _ if is_queue => None,
        completions => part.count("completions", completions, 0, MOST),
    };
    let parallelism = part.count("parallelism", &typed.parallelism, 0, MOST);
    let backoff_limit = part.count("backoff_limit", &typed.backoff_limit, 0, MOST);
    let ttl = part.count("ttl", &typed.ttl, 0, MOST);
    let deadline = part.count("deadline", &typed.deadline, 1, MOST);
    let restart = part.choice("restart", &typed.restart, Restart::CHOICES)?;
    // A number of replicas that is wrong is blamed with scaling.
    let replicas = whole(draft.basics.replicas.text(), 0, MOST.into()).ok();
    let replicas = replicas.and_then(|replicas| u32::try_from(replicas).ok())?;
    Some(Job {
        completions: (!is_queue).then(|| completions.unwrap_or(replicas)),
        parallelism: parallelism.unwrap_or(replicas),
        backoff_limit,
        ttl,
        deadline,
        restart,
    })
}

fn cron_job(draft: &Draft, part: &mut Part) -> Option<CronJob> {
    let job = job(draft, &mut part.inner("job"));
    let typed = &draft.workload.cron;
    let mut part = part.inner("cron");
    let schedule = part.needed("schedule", &typed.schedule, CronSchedule::parse);
    if schedule.as_ref().is_some_and(CronSchedule::never_runs) {
        part.warn("schedule", Problem::ScheduleNeverRuns {});
    }
    if schedule.as_ref().is_some_and(CronSchedule::is_too_often) {
        part.warn("schedule", Problem::ScheduleTooOften {});
    }
    if schedule.as_ref().is_some_and(CronSchedule::is_either_day) {
        part.warn("schedule", Problem::EitherDay {});
    }
    let time_zone = part.optional("time_zone", &typed.time_zone, TimeZone::parse);
    let concurrency = part.chosen("concurrency", &typed.concurrency, Concurrency::CHOICES);
    let starting_deadline = part.count("starting_deadline", &typed.starting_deadline, 0, MOST);
    if starting_deadline.is_some_and(|seconds| seconds < 10) {
        part.warn("starting_deadline", Problem::MayNeverStart { min: 10 });
    }
    let successful_history = part.count("successful_history", &typed.successful_history, 0, MOST);
    let failed_history = part.count("failed_history", &typed.failed_history, 0, MOST);
    let suspended = part.switch("suspended", &typed.suspended);
    Some(CronJob {
        job: job?,
        schedule: schedule?,
        time_zone,
        concurrency,
        starting_deadline,
        successful_history,
        failed_history,
        suspended,
    })
}
