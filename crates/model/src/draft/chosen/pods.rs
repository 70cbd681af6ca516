//! Where pods run: which fields a wish has depends on what it is about.

use super::clear;
use crate::draft::{Affinity, Pod, Spread};

pub(super) fn pod(typed: &mut Pod) {
    typed.affinity.iter_mut().for_each(affinity);
    for row in &mut typed.tolerations {
        if row.operator.text() == "Exists" {
            clear([&mut row.value]);
        }
    }
    for row in &mut typed.spread {
        if row.topology.is_blank() && row.max_skew.is_blank() {
            *row = Spread {
                id: row.id,
                ..Spread::default()
            };
        }
    }
}

fn affinity(row: &mut Affinity) {
    if matches!(row.kind.text(), "" | "node") {
        clear([&mut row.topology]);
    }
    if row.strength.text() == "required" {
        clear([&mut row.weight]);
    }
    if row.key.is_blank() {
        clear([&mut row.operator]);
    }
    if row.key.is_blank() || matches!(row.operator.text(), "Exists" | "DoesNotExist") {
        clear([&mut row.values]);
    }
}
