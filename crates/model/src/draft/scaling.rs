//! Step 3: how the number of pods follows the load.

use serde::Serialize;

use super::node::node;
use super::shape::told;
use super::timed::TimedScaling;
use crate::Typed;

told! {
    /// Scaling of the app.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct Scaling {
        /// Scaling by a metric.
        pub metric: MetricScaling,
        /// Scaling at set times.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub timed: TimedScaling,
    }
}

node! { part Scaling { leaves: [], parts: [metric, timed], rows: [] } }

told! {
    /// Scaling by use of CPU or memory.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct MetricScaling {
        /// Whether it is on: `true` or `false`.
        pub enabled: Typed,
        /// The fewest pods.
        pub min: Typed,
        /// The most pods.
        pub max: Typed,
        /// What is measured, and from when on more pods are started.
        pub metrics: Vec<Metric>,
    }
}

node! { part MetricScaling { leaves: [enabled, min, max], parts: [], rows: [metrics] } }

told! {
    /// One metric.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Metric {
        /// The row's id.
        pub id: u32,
        /// What is measured: `cpu` or `memory`.
        pub kind: Typed,
        /// The use, in percent of the request, above which more pods are started.
        pub utilization: Typed,
    }
}

impl Default for Metric {
    fn default() -> Self {
        Self {
            id: 0,
            kind: "cpu".into(),
            utilization: Typed::default(),
        }
    }
}

node! { row Metric { leaves: [kind, utilization], parts: [], rows: [] } }
