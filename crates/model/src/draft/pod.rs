//! Step 3: labels and annotations of the pods; beyond the guide: where they run and how they end.

use super::basics::Label;
use super::form::form;
use super::security::PodSecurity;
use super::text::{Annotation, ObjectName};

form! {
    /// What holds for every pod.
    Pod {
        leaves: [
            /// Seconds a pod has to end by itself; 30 when left empty.
            grace,
            /// The service account; `default` when left empty.
            service_account,
        ]
        parts: [
            /// What its processes may do.
            security: PodSecurity,
        ]
        rows: [
            /// Labels of the pods.
            labels: Label,
            /// Annotations of the pods.
            annotations: Annotation,
            /// Labels a node must have.
            node_selector: Label,
            /// Nodes and neighbours that are wanted or avoided.
            affinity: Affinity,
            /// Taints of nodes that the pods put up with.
            tolerations: Toleration,
            /// How the pods spread over zones or nodes.
            spread: Spread,
            /// Secrets that open the registries of all containers, before those that single containers name.
            pull_secrets: ObjectName,
        ]
    }
}

form! {
    /// One wish about nodes or neighbours.
    row Affinity {
        leaves: [
            /// `node`, `near` pods or `apart` from pods.
            kind,
            /// `preferred` or `required`.
            strength,
            /// How much a preference counts, 1–100; 100 when left empty.
            weight,
            /// The label it looks at; for pods the app's own when left empty.
            key,
            /// How the label is compared: `In`, `NotIn`, `Exists`, `DoesNotExist`, and for nodes `Gt` and `Lt`.
            operator,
            /// The values it is compared with, separated by commas.
            values,
            /// For pods: the node label that says what counts as the same place; the node itself when left empty.
            topology,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// One taint that is put up with.
    row Toleration {
        leaves: [
            /// The taint's key; every taint when left empty.
            key,
            /// `Equal` or `Exists`.
            operator,
            /// The taint's value.
            value,
            /// `NoSchedule`, `PreferNoSchedule`, `NoExecute`; all of them when left empty.
            effect,
            /// Seconds until the pods go after all; never when left empty.
            seconds,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// One rule of how pods spread.
    row Spread {
        leaves: [
            /// The node label that says what counts as one place.
            topology,
            /// How many pods more one place may have than another; 1 when left empty.
            max_skew,
            /// `ScheduleAnyway` or `DoNotSchedule`.
            when,
        ]
        parts: []
        rows: []
    }
}
