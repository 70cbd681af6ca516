//! Stage 1: the wizard as typed so far. Right or wrong, it can always be kept.
//!
//! Flat on purpose: a choice is a `kind` field beside the fields of all kinds, so switching back loses nothing. Rows
//! carry an `id` that is unique in the draft; paths to fields use it, so an issue stays with its row when rows move.

mod balancer;
mod basics;
pub mod bounds;
mod canary;
mod chosen;
mod container;
mod form;
mod ids;
mod ingress;
mod log;
mod node;
mod pod;
mod probe;
mod read;
mod scaling;
#[cfg(test)]
mod schema;
mod security;
mod service;
pub mod shape;
mod text;
mod timed;
mod upgrade;
mod volume;
mod workload;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use balancer::Balancer;
pub use basics::{Basics, Label};
pub use canary::{Canary, Tls};
pub use container::{Container, Port, Resources, Variable};
pub use ingress::{Gateway, Ingress, Rule};
pub use log::{Log, LogTag};
#[cfg(any(test, feature = "files"))]
pub(crate) use node::join;
pub use node::{Node, Row, Rows};
pub use pod::{Affinity, Pod, Spread, Toleration};
pub use probe::{Header, Probe};
pub use scaling::{Metric, MetricScaling, Scaling};
pub use security::{ContainerSecurity, PodSecurity};
pub use service::{Service, ServicePort};
pub use text::{Annotation, ObjectName, Word};
pub use timed::{ExcludedDays, TimedJob, TimedScaling};
pub use upgrade::{stored, upgrade};
pub use volume::{Item, Mount, Volume};
pub use workload::{Cron, Job, Stateful, Update, Workload};

use crate::Typed;
use ids::FreeIds;
use node::node;
use read::read;
use shape::told;

/// The format of drafts written today.
pub const FORMAT: u32 = 1;

told! {
    /// Everything typed about one app.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Draft {
        /// The format it was written in.
        pub format: u32,
        /// Step 1: name, namespace, type, replicas, labels.
        pub basics: Basics,
        /// Step 1: what its type of workload needs.
        #[serde(skip_serializing_if = "form::is_unused")]
        pub workload: Workload,
        /// Step 2: the containers.
        pub containers: Vec<Container>,
        /// Step 2: the volumes they mount.
        #[serde(skip_serializing_if = "form::is_unused")]
        pub volumes: Vec<Volume>,
        /// Step 3: Services in front of the pods.
        pub services: Vec<Service>,
        /// Step 3: Ingresses in front of a Service.
        pub ingresses: Vec<Ingress>,
        /// Step 3: how the number of pods follows the load.
        pub scaling: Scaling,
        /// Step 3: what holds for every pod.
        #[serde(skip_serializing_if = "form::is_unused")]
        pub pod: Pod,
        /// The live app the draft was opened on, if it was.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub origin: Option<Origin>,
    }
}

told! {
    /// The live app a draft was opened on, written by Slipway. What the form does not know is read again from the cluster
    /// when needed.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Origin {
        /// The namespace of the app.
        pub namespace: String,
        /// The kind of its workload.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// The app's revision when it was opened.
        pub revision: u64,
        /// The hash of what it looked like when it was opened, by which a later change is noticed.
        pub base_hash: String,
        /// What ran when it was opened although the rules refuse it. It is no error as long as the draft still says it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub as_is: Vec<AsIs>,
    }
}

told! {
    /// A leaf or list of a draft that says what runs, and that the rules would refuse.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct AsIs {
        /// The path of the leaf or list.
        pub field: String,
        /// What the leaf said; empty for a list.
        pub text: String,
    }
}

impl AsIs {
    /// What a draft says at a field.
    pub fn of(draft: &Draft, field: String) -> Self {
        let text = draft.leaf(&field).map_or("", |leaf| leaf.as_str()).to_owned();
        Self { field, text }
    }

    /// Whether a draft says this.
    pub fn is_said_by(&self, draft: &Draft) -> bool {
        draft.leaf(&self.field).map_or("", |leaf| leaf.as_str()) == self.text
    }
}

node! { Draft {
    leaves: [],
    parts: [basics, workload, scaling, pod],
    rows: [containers, volumes, services, ingresses]
} }

read! { Draft from Self::bare(), fields: [
    format, basics, workload, containers, volumes, services, ingresses, scaling, pod, origin
] }

impl Default for Draft {
    /// An empty form: one container to fill in, the guide's two replicas.
    fn default() -> Self {
        let mut draft = Self::bare();
        draft.basics.kind = "Deployment".into();
        draft.basics.replicas = "2".into();
        draft.containers.push(Container::default());
        draft.give_ids();
        draft
    }
}

impl Draft {
    /// Nothing at all, not even an empty form.
    fn bare() -> Self {
        Self {
            format: FORMAT,
            basics: Basics::default(),
            workload: Workload::default(),
            containers: Vec::new(),
            volumes: Vec::new(),
            services: Vec::new(),
            ingresses: Vec::new(),
            scaling: Scaling::default(),
            pod: Pod::default(),
            origin: None,
        }
    }

    /// The leaf at a path such as `containers.3.ports.7.number`.
    pub fn leaf(&self, path: &str) -> Option<&Typed> {
        self.leaf_at(&mut path.split('.'))
    }

    /// The same, to change it.
    pub fn leaf_mut(&mut self, path: &str) -> Option<&mut Typed> {
        self.leaf_mut_at(&mut path.split('.'))
    }

    /// The list at a path such as `containers.3.ports`.
    pub fn rows(&self, path: &str) -> Option<&dyn Rows> {
        self.rows_at(&mut path.split('.'))
    }

    /// The ids of the rows at a path, in order. Empty where there is no list.
    pub fn row_ids(&self, path: &str) -> Vec<u32> {
        self.rows(path).map(Rows::ids).unwrap_or_default()
    }

    /// Every list that is not empty, with its path.
    pub fn visit_lists(&self, see: &mut dyn FnMut(&str, &dyn Rows)) {
        Node::visit_lists(self, "", see);
    }

    /// Adds an empty row to the list at a path and answers its id.
    pub fn add_row(&mut self, path: &str) -> Option<u32> {
        let id = FreeIds::of(self).take();
        self.rows_mut_at(&mut path.split('.'))?.add(id);
        self.give_ids();
        Some(id)
    }

    /// Removes a row, with all that is in it. Answers whether it was there.
    pub fn remove_row(&mut self, path: &str, id: u32) -> bool {
        self.rows_mut_at(&mut path.split('.'))
            .is_some_and(|rows| rows.remove(id))
    }

    /// Every leaf with its path, in the order of the form.
    pub fn leaves(&self) -> Vec<(String, &Typed)> {
        let mut leaves = Vec::new();
        self.visit(String::new(), &mut leaves);
        leaves
    }

    /// Gives every row without an id, or with one that another row has or no row may have, an id of its own.
    pub fn give_ids(&mut self) {
        let mut free = FreeIds::of(self);
        let mut seen = BTreeSet::new();
        self.visit_ids(&mut |id| {
            if !ids::is_usable(*id) || !seen.insert(*id) {
                *id = free.take();
            }
        });
    }
}

#[cfg(test)]
mod tests;
