//! Amounts of what pods and objects need: CPU, memory, storage, counts.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use slipway_model::value::billionths;

const ONE: u128 = 1_000_000_000;
const BINARY: [&str; 5] = ["Ki", "Mi", "Gi", "Ti", "Pi"];

/// Amounts by what is counted, e.g. `cpu`, in billionths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts(BTreeMap<String, u128>);

impl Amounts {
    /// Those that an object of Kubernetes names.
    pub(super) fn of(quantities: Option<&BTreeMap<String, Quantity>>) -> Self {
        let amount = |(name, quantity): (&String, &Quantity)| Some((name.clone(), billionths(&quantity.0)?));
        Self(quantities.into_iter().flatten().filter_map(amount).collect())
    }

    /// How much of one; none if it is not named.
    pub(super) fn get(&self, name: &str) -> Option<u128> {
        self.0.get(name).copied()
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u128)> {
        self.0.iter().map(|(name, amount)| (name.as_str(), *amount))
    }

    /// Names an amount that was not named.
    pub(super) fn fill(&mut self, name: &str, amount: u128) {
        self.0.entry(name.to_owned()).or_insert(amount);
    }

    /// Adds one amount.
    pub(super) fn add(&mut self, name: &str, amount: u128) {
        let sum = self.0.entry(name.to_owned()).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// Adds all of others.
    pub(super) fn add_all(&mut self, others: &Self) {
        for (name, amount) in others.iter() {
            self.add(name, amount);
        }
    }

    /// Of each the larger one.
    pub(super) fn at_least(&mut self, others: &Self) {
        for (name, amount) in others.iter() {
            let kept = self.0.entry(name.to_owned()).or_default();
            *kept = (*kept).max(amount);
        }
    }
}

/// A number of things.
pub(super) fn count(number: usize) -> u128 {
    (number as u128).saturating_mul(ONE)
}

/// So many times an amount.
pub(super) fn times(amount: u128, number: u32) -> u128 {
    amount.saturating_mul(number.into())
}

/// An amount as people write it: `1.5` cores, `256Mi`, `3` pods.
pub(super) fn shown(name: &str, amount: u128) -> String {
    if name.ends_with("memory") || name.ends_with("storage") {
        return bytes(amount / ONE);
    }
    let thousandths = amount.div_ceil(ONE / 1000);
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
}

/// In the largest unit of which there are at least one, with one digit behind the point where it is not whole.
fn bytes(bytes: u128) -> String {
    let mut unit = "";
    let mut size = 1_u128;
    for next in BINARY {
        if bytes < size * 1024 {
            break;
        }
        (unit, size) = (next, size * 1024);
    }
    let tenths = bytes * 10 / size;
    match tenths % 10 {
        0 => format!("{}{unit}", tenths / 10),
        rest => format!("{}.{rest}{unit}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_as_people_write_them() {
        let of = |name: &str, quantity: &str| shown(name, billionths(quantity).unwrap());

        for (name, quantity, expected) in [
            ("requests.cpu", "1500m", "1.5"),
            ("cpu", "2", "2"),
            ("memory", "1024Mi", "1Gi"),
            ("requests.storage", "1536Mi", "1.5Gi"),
            ("limits.memory", "500M", "476.8Mi"),
            ("memory", "0", "0"),
            ("pods", "10", "10"),
        ] {
            assert_eq!(of(name, quantity), expected, "{quantity}");
        }
    }
}
