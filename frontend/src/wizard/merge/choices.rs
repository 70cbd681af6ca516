//! Whose value each field takes. Only fields that both have changed, each to something else, have to be decided.

use std::collections::BTreeMap;

use slipway_api::{FieldMerge, MergeDraft, Side};

/// What was decided so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choices(BTreeMap<String, Option<Side>>);

/// Where the value of a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Only the app has changed it.
    Theirs,
    /// Only the draft has.
    Mine,
    /// Both have changed it to the same.
    Both,
    /// It has to be decided.
    Asked,
}

/// Where the value of a field comes from.
pub(super) fn taken(field: &FieldMerge) -> Taken {
    if field.collides {
        Taken::Asked
    } else if field.theirs == field.mine {
        Taken::Both
    } else if field.mine == field.base {
        Taken::Theirs
    } else {
        Taken::Mine
    }
}

impl Choices {
    /// Nothing is decided of these fields yet.
    pub(super) fn of(fields: &[FieldMerge]) -> Self {
        let asked = fields.iter().filter(|field| field.collides);
        Self(asked.map(|field| (field.field.clone(), None)).collect())
    }

    /// Decides a field.
    pub(super) fn choose(&mut self, field: &str, side: Side) {
        if let Some(choice) = self.0.get_mut(field) {
            *choice = Some(side);
        }
    }

    /// Whether a field was decided so.
    pub(super) fn is(&self, field: &str, side: Side) -> bool {
        self.0.get(field) == Some(&Some(side))
    }

    /// How many fields are still to be decided.
    pub(super) fn left(&self) -> usize {
        self.0.values().filter(|choice| choice.is_none()).count()
    }

    /// What is sent, for the revision of the app that was seen.
    pub(super) fn body(&self, theirs: u64) -> MergeDraft {
        let decided = self
            .0
            .iter()
            .filter_map(|(field, side)| Some((field.clone(), (*side)?)));
        MergeDraft {
            theirs,
            choices: decided.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, [base, theirs, mine]: [&str; 3], collides: bool) -> FieldMerge {
        let some = |text: &str| Some(text.to_owned());
        FieldMerge {
            field: name.into(),
            base: some(base),
            theirs: some(theirs),
            mine: some(mine),
            collides,
        }
    }

    #[test]
    fn a_field_that_one_side_changed_is_taken_from_that_side_without_asking() {
        assert_eq!(taken(&field("a", ["1", "2", "1"], false)), Taken::Theirs);
        assert_eq!(taken(&field("a", ["1", "1", "2"], false)), Taken::Mine);
        assert_eq!(taken(&field("a", ["1", "2", "2"], false)), Taken::Both);
        assert_eq!(taken(&field("a", ["1", "2", "3"], true)), Taken::Asked);
    }

    #[test]
    fn two_drafts_of_different_fields_come_together_without_a_choice() {
        let fields = [
            field("a", ["1", "2", "1"], false),
            field("b", ["1", "1", "2"], false),
        ];
        let choices = Choices::of(&fields);

        assert_eq!(choices.left(), 0);
        assert!(choices.body(4).choices.is_empty());
        assert_eq!(choices.body(4).theirs, 4);
    }

    #[test]
    fn every_colliding_field_needs_a_choice_before_the_two_come_together() {
        let fields = [
            field("a", ["1", "2", "3"], true),
            field("b", ["1", "2", "3"], true),
            field("c", ["1", "1", "2"], false),
        ];
        let mut choices = Choices::of(&fields);
        assert_eq!(choices.left(), 2);

        choices.choose("a", Side::Mine);
        choices.choose("c", Side::Theirs);
        assert_eq!(choices.left(), 1, "what does not collide is no choice");

        choices.choose("b", Side::Theirs);
        choices.choose("b", Side::Mine);
        assert_eq!(choices.left(), 0);
        assert!(choices.is("b", Side::Mine) && !choices.is("b", Side::Theirs));
        let sent = choices.body(7).choices;
        assert_eq!(
            sent,
            [("a".to_owned(), Side::Mine), ("b".to_owned(), Side::Mine)].into()
        );
    }
}
