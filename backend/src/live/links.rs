//! How the records of a namespace refer to each other, kept so that one change leads to the few apps it concerns.

use std::collections::{BTreeSet, HashMap};

/// A label and its value.
pub(super) type Pair = (String, String);

/// From a key to the names that belong to it.
#[derive(Clone, Debug)]
pub(super) struct Links<K>(HashMap<K, BTreeSet<String>>);

impl<K> Default for Links<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + std::hash::Hash> Links<K> {
    pub(super) fn add(&mut self, key: K, name: &str) {
        self.0.entry(key).or_default().insert(name.to_owned());
    }

    pub(super) fn remove<Q>(&mut self, key: &Q, name: &str)
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + std::hash::Hash + ?Sized,
    {
        if let Some(names) = self.0.get_mut(key) {
            names.remove(name);
            if names.is_empty() {
                self.0.remove(key);
            }
        }
    }

    /// The names, sorted.
    pub(super) fn of<Q>(&self, key: &Q) -> impl Iterator<Item = &String>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + std::hash::Hash + ?Sized,
    {
        self.0.get(key).into_iter().flatten()
    }
}

/// Whether all labels of a selector are among the labels. A selector without labels selects nothing.
pub(super) fn selects(selector: &[Pair], labels: &[Pair]) -> bool {
    !selector.is_empty() && selector.iter().all(|pair| labels.contains(pair))
}
