//! Autoscalers.

use slipway_model::App;
use slipway_model::app::Replicas;

use super::FieldMap;

const TIMED: &[(&str, &str)] = &[
    ("", "name"),
    ("schedule", "schedule"),
    ("targetSize", "replicas"),
    ("runOnce", "once"),
];

impl FieldMap {
    pub(super) fn autoscaler(&mut self, app: &App) {
        self.add("", "scaling.metric.enabled");
        self.add("metadata.name", "basics.name");
        self.add("spec.minReplicas", "scaling.metric.min");
        self.add("spec.maxReplicas", "scaling.metric.max");
        self.add("spec.metrics", "scaling.metric.metrics");
        let Replicas::Autoscaled(scaling) = &app.replicas else {
            return;
        };
        for (index, metric) in scaling.metrics.iter().enumerate() {
            let field = format!("scaling.metric.metrics.{}", metric.row);
            self.add(format!("spec.metrics[{index}]"), format!("{field}.utilization"));
            self.add(
                format!("spec.metrics[{index}].resource.name"),
                format!("{field}.kind"),
            );
        }
    }

    pub(super) fn timed_scaler(&mut self, app: &App) {
        self.add("", "scaling.timed.enabled");
        self.add("metadata.name", "basics.name");
        self.add("spec.jobs", "scaling.timed.jobs");
        self.add("spec.excludeDates", "scaling.timed.excluded");
        for (index, job) in app.timed.iter().flat_map(|timed| &timed.jobs).enumerate() {
            let field = format!("scaling.timed.jobs.{}", job.row);
            self.add_all(&format!("spec.jobs[{index}]"), &field, TIMED);
        }
    }
}
