//! The workload itself.

use slipway_model::App;
use slipway_model::app::{VolumeSource, Workload};

use super::FieldMap;

const DEPLOYMENT: &[(&str, &str)] = &[
    ("strategy", "update.kind"),
    ("strategy.rollingUpdate.maxSurge", "update.max_surge"),
    ("strategy.rollingUpdate.maxUnavailable", "update.max_unavailable"),
    ("minReadySeconds", "min_ready"),
    ("revisionHistoryLimit", "revision_history"),
    ("progressDeadlineSeconds", "progress_deadline"),
];

const STATEFUL_SET: &[(&str, &str)] = &[
    ("updateStrategy", "update.kind"),
    ("updateStrategy.rollingUpdate.partition", "update.partition"),
    ("minReadySeconds", "min_ready"),
    ("revisionHistoryLimit", "revision_history"),
    ("serviceName", "stateful.service"),
    ("podManagementPolicy", "stateful.pod_management"),
    (
        "persistentVolumeClaimRetentionPolicy.whenDeleted",
        "stateful.when_deleted",
    ),
    (
        "persistentVolumeClaimRetentionPolicy.whenScaled",
        "stateful.when_scaled",
    ),
];

const JOB: &[(&str, &str)] = &[
    ("completions", "completions"),
    ("parallelism", "parallelism"),
    ("backoffLimit", "backoff_limit"),
    ("ttlSecondsAfterFinished", "ttl"),
    ("activeDeadlineSeconds", "deadline"),
    ("template.spec.restartPolicy", "restart"),
];

const CRON_JOB: &[(&str, &str)] = &[
    ("schedule", "schedule"),
    ("timeZone", "time_zone"),
    ("concurrencyPolicy", "concurrency"),
    ("startingDeadlineSeconds", "starting_deadline"),
    ("successfulJobsHistoryLimit", "successful_history"),
    ("failedJobsHistoryLimit", "failed_history"),
    ("suspend", "suspended"),
];

impl FieldMap {
    pub(super) fn workload(&mut self, app: &App) {
        self.add("", "basics.name");
        self.add("metadata.labels", "basics.labels");
        self.add("metadata.annotations", "basics.annotations");
        self.add("spec.replicas", "basics.replicas");
        match &app.workload {
            Workload::Deployment(_) => self.add_all("spec", "workload", DEPLOYMENT),
            Workload::StatefulSet(_) => {
                self.add_all("spec", "workload", STATEFUL_SET);
                self.claim_templates(app);
            }
            Workload::Job(_) => self.add_all("spec", "workload.job", JOB),
            Workload::CronJob(_) => {
                self.add_all("spec", "workload.cron", CRON_JOB);
                self.add_all("spec.jobTemplate.spec", "workload.job", JOB);
                self.pod("spec.jobTemplate.spec.template", app);
                return;
            }
        }
        self.pod("spec.template", app);
    }

    fn claim_templates(&mut self, app: &App) {
        let templates = app
            .volumes
            .iter()
            .filter(|volume| matches!(volume.source, VolumeSource::ClaimTemplate(_)));
        for (index, volume) in templates.enumerate() {
            let (path, at) = (
                format!("spec.volumeClaimTemplates[{index}]"),
                format!("volumes.{}", volume.row),
            );
            self.add(path.as_str(), format!("{at}.kind"));
            self.claim_spec(&format!("{path}.spec"), &at);
            self.add(format!("{path}.metadata.name"), format!("{at}.name"));
        }
    }
}
