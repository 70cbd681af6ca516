//! Fair shares: how many of something each of many may have at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts what is held, by whom. Takes room only for those who hold something. Cheap to clone.
#[derive(Debug)]
pub(in crate::http) struct Shares<K> {
    most: usize,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

/// One thing that is held; given back when dropped.
#[derive(Debug)]
pub(in crate::http) struct Share<K: Eq + Hash> {
    key: K,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Clone + Eq + Hash> Shares<K> {
    /// So many for each.
    pub(in crate::http) fn of(most: usize) -> Self {
        Self {
            most,
            held: Arc::default(),
        }
    }

    /// One more for somebody, unless they have their share.
    pub(in crate::http) fn take(&self, key: &K) -> Option<Share<K>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = held.get(key).copied().unwrap_or_default();
        if now >= self.most {
            return None;
        }
        held.insert(key.clone(), now + 1);
        Some(Share {
            key: key.clone(),
            held: self.held.clone(),
        })
    }
}

impl<K> Clone for Shares<K> {
    fn clone(&self) -> Self {
        Self {
            most: self.most,
            held: self.held.clone(),
        }
    }
}

impl<K: Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_has_more_than_their_share_and_everything_is_given_back(
            most in 0..4_usize,
            acts in proptest::collection::vec((any::<bool>(), 0..3_u8), 0..100),
        ) {
            let shares = Shares::of(most);
            let mut taken: Vec<Share<u8>> = Vec::new();
            for (takes, who) in acts {
                let has = taken.iter().filter(|share| share.key == who).count();
                if takes {
                    let share = shares.take(&who);
                    prop_assert_eq!(share.is_some(), has < most);
                    taken.extend(share);
                } else if let Some(at) = taken.iter().position(|share| share.key == who) {
                    taken.swap_remove(at);
                }
            }
            taken.clear();
            prop_assert!(shares.held.lock().unwrap().is_empty());
        }
    }
}
