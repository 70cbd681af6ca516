//! Step 1: application basics.

use serde::Serialize;

use super::node::node;
use super::shape::told;
use super::text::Annotation;
use crate::Typed;

told! {
    /// Name, namespace, type, replicas, labels and annotations.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct Basics {
        /// The namespace of every object.
        pub namespace: Typed,
        /// The name of the app and of its workload.
        pub name: Typed,
        /// The type of the workload: `Deployment`, `StatefulSet`, `Job` or `CronJob`.
        pub kind: Typed,
        /// How many pods; the first number of pods when scaling follows a metric. For a Job, how many at the same time.
        pub replicas: Typed,
        /// Labels of the workload.
        pub labels: Vec<Label>,
        /// Annotations of the workload.
        #[serde(skip_serializing_if = "super::form::is_unused")]
        pub annotations: Vec<Annotation>,
    }
}

node! { part Basics { leaves: [namespace, name, kind, replicas], parts: [], rows: [labels, annotations] } }

told! {
    /// One label.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct Label {
        /// The row's id.
        pub id: u32,
        /// Its key.
        pub key: Typed,
        /// Its value.
        pub value: Typed,
    }
}

node! { row Label { leaves: [key, value], parts: [], rows: [] } }
