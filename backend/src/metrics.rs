//! Figures for Prometheus.

mod bounded;

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::Mutex;

use self::bounded::Bounded;

/// How many series there may be. All routes with all their usual answers are a quarter of it.
const MOST_SERIES: usize = 1000;
/// How long a rendering is good for. Whoever asks more often gets the same one.
const RENDERING_AGE: Duration = Duration::from_secs(1);

/// The crate `metrics` knows one recorder for the process, so it is made once, by whoever asks first.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let recorder = PrometheusBuilder::new()
        .set_buckets(&seconds)
        .ok()?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(Bounded::new(recorder, MOST_SERIES)).ok()?;
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

/// Counts an answered request. `method` is one of a fixed list and `route` is the pattern, never the path: what clients
/// choose freely would be series without end.
pub fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::histogram!("slipway_request_seconds", &labels).record(took.as_secs_f64());
}

/// All figures as Prometheus reads them. Rendered by one request at a time, at most once a second: the others wait and get
/// the same text. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Mutex<Option<Rendering>>>);

#[derive(Debug)]
struct Rendering {
    begun: Instant,
    text: Bytes,
}

impl Figures {
    /// The figures, as they were a second ago at most.
    pub async fn rendered(&self) -> Bytes {
        let render = || {
            RECORDER
                .as_ref()
                .map(PrometheusHandle::render)
                .unwrap_or_default()
        };
        self.no_older_than(RENDERING_AGE, render).await
    }

    async fn no_older_than(&self, age: Duration, render: impl FnOnce() -> String + Send + 'static) -> Bytes {
        let mut last = self.0.lock().await;
        if let Some(Rendering { begun, text }) = &*last
            && begun.elapsed() < age
        {
            return text.clone();
        }
        let begun = Instant::now();
        let text = tokio::task::spawn_blocking(render).await.unwrap_or_default();
        let text = Bytes::from(text);
        *last = Some(Rendering {
            begun,
            text: text.clone(),
        });
        text
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_get_one_rendering_and_the_next_comes_later() {
        let (figures, count) = (Figures::default(), Arc::new(AtomicUsize::new(0)));
        let ask = |age| {
            let count = count.clone();
            figures.no_older_than(age, move || {
                (count.fetch_add(1, Ordering::SeqCst) + 1).to_string()
            })
        };

        let all = join_all((0..50).map(|_| ask(Duration::MAX))).await;

        assert!(all.iter().all(|text| text == "1"), "{all:?}");
        assert_eq!(ask(Duration::ZERO).await, "2");
    }
}
