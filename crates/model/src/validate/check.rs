//! Reading leaves: plain characters first, then the value's own rule.

use std::collections::{BTreeMap, BTreeSet};

use super::unchecked::Unchecked;
use crate::value::plain;
use crate::{Issues, Problem, Typed};

/// The types of workload there are.
pub const WORKLOAD_KINDS: [&str; 4] = ["Deployment", "StatefulSet", "Job", "CronJob"];
/// The protocols there are.
pub const PROTOCOLS: [&str; 2] = ["TCP", "UDP"];
/// The types of Service there are.
pub const SERVICE_KINDS: [&str; 3] = ["ClusterIP", "NodePort", "LoadBalancer"];
/// Who can reach a load balancer.
pub const REACHES: [&str; 2] = ["public", "private"];
/// How the path of a rule can be compared.
pub const PATH_KINDS: [&str; 3] = ["Prefix", "Exact", "ImplementationSpecific"];

/// The most pods one workload can have here.
pub(super) const MOST_PODS: u64 = 10_000;

/// Reads a leaf that must be there. What runs already is taken as it is, whatever the rule says.
pub(super) fn needed<T: Unchecked>(
    issues: &mut Issues,
    field: &str,
    typed: &Typed,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Option<T> {
    let parsed = parse(typed.text()).map_err(|problem| match plain(typed.text()) {
        Some(suggestion) if parse(&suggestion).is_ok() => Problem::NotPlain { suggestion },
        _ => problem,
    });
    match parsed {
        Err(problem) if issues.is_running(field) => {
            let value = T::as_is(typed.text());
            match value {
                Some(_) => issues.error(field, problem),
                None => issues.refuse(field, problem),
            }
            value
        }
        parsed => issues.check(field, parsed),
    }
}

/// What was typed is wrong, and the issue is noted.
pub(super) struct Noted;

/// Reads a leaf that may be empty.
pub(super) fn optional<T: Unchecked>(
    issues: &mut Issues,
    field: &str,
    typed: &Typed,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Option<T>, Noted> {
    if typed.is_blank() {
        Ok(None)
    } else {
        needed(issues, field, typed, parse).map(Some).ok_or(Noted)
    }
}

/// Reads a choice; the first one when nothing was chosen.
pub(super) fn choice<T: Copy>(
    issues: &mut Issues,
    field: &str,
    typed: &Typed,
    choices: &[(&str, T)],
) -> Option<T> {
    let named = choices.iter().find(|(name, _)| *name == typed.text());
    match (named, choices.first()) {
        (Some((_, value)), _) => Some(*value),
        (None, Some((_, first))) if typed.is_blank() => Some(*first),
        _ => {
            let choices = choices.iter().map(|(name, _)| (*name).to_owned()).collect();
            issues.refuse(field, Problem::UnknownChoice { choices });
            None
        }
    }
}

/// A set of these. Collecting one sorts first, and code that sorts each type is 4 kB in the browser; adding is enough here.
pub(super) fn set_of<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeSet<K> {
    let mut set = BTreeSet::new();
    set.extend(keys);
    set
}

/// What is found by a key; of equal keys the first counts. Added one by one, as in [`set_of`].
pub(super) fn first_of_each<K: Ord, V>(rows: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in rows {
        map.entry(key).or_insert(value);
    }
    map
}

/// Blames every row whose key an earlier row has too.
pub(super) fn no_duplicates<K: Ord>(issues: &mut Issues, rows: &[(String, K)]) {
    no_duplicates_beside(issues, BTreeSet::new(), rows);
}

/// The same, where some keys are taken by something else.
pub(super) fn no_duplicates_beside<'k, K: Ord>(
    issues: &mut Issues,
    mut taken: BTreeSet<&'k K>,
    rows: &'k [(String, K)],
) {
    for (field, key) in rows {
        if !taken.insert(key) {
            issues.error(field, Problem::Duplicate {});
        }
    }
}

/// Who has something first, row by row.
pub(super) struct FirstOf<K>(BTreeMap<K, u32>);

impl<K: Ord> FirstOf<K> {
    /// Nobody has anything yet.
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether another row has it already.
    pub(super) fn is_taken(&mut self, key: K, row: u32) -> bool {
        *self.0.entry(key).or_insert(row) != row
    }
}
