//! The `CronJob`.

use slipway_model::Draft;

use super::job;
use super::owner::Owner;
use super::part::Part;

/// Reads what a `CronJob` is.
pub(super) fn read(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    let cron = &mut draft.workload.cron;
    cron.schedule = spec.text("schedule");
    cron.time_zone = spec.text("timeZone");
    cron.concurrency = spec.unless("concurrencyPolicy", "Allow");
    cron.starting_deadline = spec.text("startingDeadlineSeconds");
    cron.successful_history = spec.unless("successfulJobsHistoryLimit", 3);
    cron.failed_history = spec.unless("failedJobsHistoryLimit", 1);
    cron.suspended = spec.switch("suspend");
    let mut template = spec.inner("jobTemplate");
    owner.marks(&mut template.inner("metadata"));
    job::read(&mut template.inner("spec"), owner, draft);
}
