//! A ceiling on the number of series, wherever their labels come from.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// Says that a series was refused, so that figures which are missing are noticed.
const REFUSED: &str = "slipway_series_refused_total";

/// Passes series on to another recorder until there are too many. What would be one more is not recorded.
pub(super) struct Bounded<R> {
    recorder: R,
    most: usize,
    /// Hashes of those that are recorded. Two with one hash would count as one.
    known: RwLock<HashSet<u64>>,
}

impl<R: Recorder> Bounded<R> {
    pub(super) fn new(recorder: R, most: usize) -> Self {
        Self {
            recorder,
            most,
            known: RwLock::default(),
        }
    }

    /// Whether this series is, or becomes, one of those that are recorded.
    fn admits(&self, key: &Key, metadata: &Metadata<'_>) -> bool {
        let hash = key.get_hash();
        if self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&hash)
        {
            return true;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < self.most {
            known.insert(hash);
            return true;
        }
        drop(known);
        let refused = Key::from_static_name(REFUSED);
        self.recorder.register_counter(&refused, metadata).increment(1);
        false
    }
}

impl<R: Recorder> Recorder for Bounded<R> {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_counter(key, unit, description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_gauge(key, unit, description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.recorder.describe_histogram(key, unit, description);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        if self.admits(key, metadata) {
            self.recorder.register_counter(key, metadata)
        } else {
            Counter::noop()
        }
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        if self.admits(key, metadata) {
            self.recorder.register_gauge(key, metadata)
        } else {
            Gauge::noop()
        }
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        if self.admits(key, metadata) {
            self.recorder.register_histogram(key, metadata)
        } else {
            Histogram::noop()
        }
    }
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn no_more_series_are_kept_than_may_be_and_the_rest_is_counted() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let bounded = Bounded::new(recorder, 10);

        metrics::with_local_recorder(&bounded, || {
            for number in 0..5 {
                metrics::counter!("requests", "path" => number.to_string()).increment(1);
                metrics::gauge!("size", "path" => number.to_string()).set(1.0);
            }
            for number in 0..1000 {
                metrics::histogram!("seconds", "path" => number.to_string()).record(1.0);
            }
            metrics::counter!("requests", "path" => "4").increment(1);
        });

        let text = handle.render();
        assert!(text.contains("requests{path=\"4\"} 2"), "{text}");
        assert!(text.contains("slipway_series_refused_total 1000"), "{text}");
        assert!(!text.contains("seconds"), "{text}");
    }
}
