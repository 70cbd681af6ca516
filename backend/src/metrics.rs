//! Figures for Prometheus.

use std::sync::LazyLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// The crate `metrics` knows one recorder for the process, so it is made once, by whoever asks first.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let builder = PrometheusBuilder::new().set_buckets(&seconds).ok()?;
    let handle = builder.install_recorder().ok()?;
    metrics::gauge!("slipway_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Some(handle)
});

/// Starts to count.
pub fn start() {
    LazyLock::force(&RECORDER);
}

/// Forgets what is too old to be asked for. Called now and then.
pub fn tidy() {
    if let Some(recorder) = &*RECORDER {
        recorder.run_upkeep();
    }
}

/// All figures, as Prometheus reads them.
pub fn rendered() -> String {
    RECORDER
        .as_ref()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}

/// Counts an answered request. `route` is the pattern, never the path: paths would be figures without end.
pub fn answered(method: &str, route: &str, status: u16, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::histogram!("slipway_request_seconds", &labels).record(took.as_secs_f64());
}
