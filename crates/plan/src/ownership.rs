//! Names, labels and selectors, written once. Every kind asks here, so a Service's selector and the labels of the pods
//! cannot drift apart.

use std::collections::BTreeMap;

use data_encoding::{Encoding, Specification};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use sha2::{Digest, Sha256};
use slipway_model::App;
use slipway_model::app::{Labels, WorkloadKind};

/// The reserved label that ties pods to their app.
pub const LABEL_APP: &str = "slipway.dev/app";
/// The label that says who looks after an object.
pub const LABEL_MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The label that names the app.
pub const LABEL_NAME: &str = "app.kubernetes.io/name";
/// The value of [`LABEL_MANAGED_BY`].
pub const MANAGED_BY: &str = "slipway";

/// Characters of the hash in the app's mark.
const HASH_LENGTH: usize = 10;

/// The most characters of a name that is a label as well.
const NAME_LENGTH: usize = 63;

/// Labels or annotations as text.
pub(crate) fn text_pairs<K: ToString, V: ToString>(
    pairs: &[(K, V)],
) -> impl Iterator<Item = (String, String)> {
    pairs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
}

/// What marks the objects of one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    namespace: String,
    name: String,
    mark: String,
    /// The labels by which a workload that is not ours finds its pods. It keeps them, and gets none of ours.
    foreign: Option<BTreeMap<String, String>>,
}

impl Ownership {
    /// The marks of an app.
    pub fn of(app: &App) -> Self {
        Self::at(app.namespace.as_str(), app.kind(), app.name.as_str())
    }

    /// The marks of the app at an address. Depends on nothing else, so they can be found again without a database.
    pub fn at(namespace: &str, kind: WorkloadKind, name: &str) -> Self {
        let address = format!("{}/{namespace}/{name}", kind.as_str().to_ascii_lowercase());
        let hash = base32(&Sha256::digest(address.as_bytes()));
        let mark = format!("{name}-{}", &hash[..HASH_LENGTH]);
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            mark,
            foreign: None,
        }
    }

    /// The same app as somebody else's: nothing of it is marked, and its pods are found as they were before.
    #[must_use]
    pub fn foreign(self, selector: BTreeMap<String, String>) -> Self {
        Self {
            foreign: Some(selector),
            ..self
        }
    }

    /// The value of [`LABEL_APP`].
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Metadata of an object of the app: the user's labels, then ours, which win.
    pub(crate) fn metadata(
        &self,
        name: &str,
        labels: impl IntoIterator<Item = (String, String)>,
    ) -> ObjectMeta {
        let labels: BTreeMap<_, _> = labels.into_iter().chain(self.labels()).collect();
        ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(self.namespace.clone()),
            labels: (!labels.is_empty()).then_some(labels),
            ..ObjectMeta::default()
        }
    }

    /// The same with the user's annotations.
    pub(crate) fn annotated(
        &self,
        name: &str,
        labels: impl IntoIterator<Item = (String, String)>,
        annotations: impl IntoIterator<Item = (String, String)>,
    ) -> ObjectMeta {
        let annotations: BTreeMap<String, String> = annotations.into_iter().collect();
        ObjectMeta {
            annotations: (!annotations.is_empty()).then_some(annotations),
            ..self.metadata(name, labels)
        }
    }

    /// Labels of the pods: the app's name as the guide sets it, the user's, and ours, which win.
    pub(crate) fn pod_labels(&self, typed: &Labels) -> BTreeMap<String, String> {
        self.default_label()
            .into_iter()
            .chain(text_pairs(typed))
            .chain(self.labels())
            .collect()
    }

    /// A name for an object that belongs to the whole cluster: the app's mark and what it is for, at most 63
    /// characters, so that it can be a label as well.
    pub fn wide_name(&self, purpose: &str) -> String {
        let name = format!("{}-{purpose}", self.mark);
        if name.len() <= NAME_LENGTH {
            return name;
        }
        let hash = base32(&Sha256::digest(name.as_bytes()));
        let kept = name[..NAME_LENGTH - HASH_LENGTH - 1].trim_end_matches('-');
        format!("{kept}-{}", &hash[..HASH_LENGTH])
    }

    /// `app: <name>`, as the guide sets it unless the user says otherwise.
    pub(crate) fn default_label(&self) -> Option<(String, String)> {
        let label = ("app".to_owned(), self.name.clone());
        self.foreign.is_none().then_some(label)
    }

    /// The selector of the pods. Only our reserved label: it cannot change later, and no label of the user may.
    pub(crate) fn selector(&self) -> BTreeMap<String, String> {
        let own = || BTreeMap::from([(LABEL_APP.to_owned(), self.mark.clone())]);
        self.foreign.clone().unwrap_or_else(own)
    }

    /// The same as a workload writes it.
    pub(crate) fn label_selector(&self) -> LabelSelector {
        LabelSelector {
            match_labels: Some(self.selector()),
            ..LabelSelector::default()
        }
    }

    /// The labels that every object of the app bears; none where the app is somebody else's.
    pub(crate) fn labels(&self) -> Vec<(String, String)> {
        if self.foreign.is_some() {
            return Vec::new();
        }
        vec![
            (LABEL_MANAGED_BY.to_owned(), MANAGED_BY.to_owned()),
            (LABEL_NAME.to_owned(), self.name.clone()),
            (LABEL_APP.to_owned(), self.mark.clone()),
        ]
    }
}

/// Lower-case letters and digits only, as a label value may hold.
fn base32(bytes: &[u8]) -> String {
    let mut specification = Specification::new();
    specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    let encoding: Option<Encoding> = specification.encoding().ok();
    // Thirty-two distinct symbols always make an encoding; hex is as good a label should that ever change.
    encoding.map_or_else(
        || data_encoding::HEXLOWER.encode(bytes),
        |encoding| encoding.encode(&bytes[..20]),
    )
}
