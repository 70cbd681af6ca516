//! Ids for rows that have none.

use std::collections::BTreeSet;

use super::bounds::MOST_ROW_ID;
use super::{Draft, Node};

/// Whether a row may have this id.
pub(super) fn is_usable(id: u32) -> bool {
    (1..=MOST_ROW_ID).contains(&id)
}

/// Ids that no row of a draft has: those after the highest, and when there are none, those that are left below.
pub(super) struct FreeIds {
    used: BTreeSet<u32>,
    next: u32,
}

impl FreeIds {
    /// The free ids of a draft.
    pub(super) fn of(draft: &mut Draft) -> Self {
        let mut used = BTreeSet::new();
        draft.visit_ids(&mut |id| {
            if is_usable(*id) {
                used.insert(*id);
            }
        });
        let next = used.last().map_or(1, |highest| highest + 1);
        Self { used, next }
    }

    /// The next one. There are far more of them than a draft can have rows.
    pub(super) fn take(&mut self) -> u32 {
        while !is_usable(self.next) || !self.used.insert(self.next) {
            self.next = if is_usable(self.next) { self.next + 1 } else { 1 };
        }
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::MOST_ROW_ID;
    use crate::Draft;

    #[test]
    fn the_highest_id_there_can_be_leaves_ids_for_other_rows() {
        let text = format!(
            r#"{{"containers":[{{"id":{MOST_ROW_ID}}},{{}},{{"id":4294967295}},{{"id":2}}],"volumes":[{{}}]}}"#
        );
        let mut draft: Draft = serde_json::from_str(&text).unwrap();

        draft.give_ids();
        let added = draft.add_row("containers").unwrap();

        assert_eq!(draft.row_ids("containers"), [MOST_ROW_ID, 1, 3, 2, added]);
        assert_eq!((draft.row_ids("volumes"), added), (vec![4], 5));
    }
}
