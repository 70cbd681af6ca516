//! Drafts for tests that want any draft: every field, every choice, and no error left.
//!
//! A draft is read from a tape of numbers, so that a shorter tape with smaller numbers is a simpler draft. Zero leaves a
//! field as it is, so what a failing case does not need goes first.

mod choices;
pub mod worst;

use crate::{Draft, Issue, Problem, validate};
use choices::{CHOICES, LISTS};

/// The choices for a leaf, by its path without ids; none for a leaf that has no entry.
pub fn choices(pattern: &str) -> Option<&'static [&'static str]> {
    CHOICES
        .iter()
        .find(|(known, _)| *known == pattern)
        .map(|(_, choices)| *choices)
}

/// A path without ids: `containers.3.ports.7.number` is `containers.*.ports.*.number`.
pub fn pattern(path: &str) -> String {
    let segments: Vec<&str> = path
        .split('.')
        .map(|segment| {
            if segment.parse::<u32>().is_ok() {
                "*"
            } else {
                segment
            }
        })
        .collect();
    segments.join(".")
}

/// A draft with rows in every list.
pub fn with_every_row() -> Draft {
    filled(&mut Tape::new(&[]), 1)
}

/// A draft without errors, read from a tape. None when the tape leads to one that cannot be mended.
pub fn draft(tape: &[u16]) -> Option<Draft> {
    let mut tape = Tape::new(tape);
    let mut draft = filled(&mut tape, 0);
    let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
    for path in paths {
        let choices = choices(&pattern(&path)).unwrap_or_default();
        let chosen = tape.below(choices.len() + 1);
        if let Some(choice) = chosen.checked_sub(1).and_then(|chosen| choices.get(chosen)) {
            set(&mut draft, &path, choice);
        }
    }
    mended(draft)
}

/// A tape that looks like chance and is the same each time.
pub fn tape(seed: u64) -> Vec<u16> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u16::try_from(state >> 48).unwrap_or_default()
    };
    (0..1200).map(|_| next()).collect()
}

/// Numbers to read one after the other; zeros after the last.
struct Tape<'t> {
    numbers: std::slice::Iter<'t, u16>,
}

impl<'t> Tape<'t> {
    fn new(numbers: &'t [u16]) -> Self {
        Self {
            numbers: numbers.iter(),
        }
    }

    fn below(&mut self, most: usize) -> usize {
        self.numbers
            .next()
            .map_or(0, |number| usize::from(*number) % most)
    }
}

/// A draft with at least some rows in every list.
fn filled(tape: &mut Tape, least: usize) -> Draft {
    let mut draft = Draft::default();
    for list in LISTS {
        for list in places(&draft, list) {
            for _ in 0..tape.below(3).max(least) {
                draft.add_row(&list);
            }
        }
    }
    for (path, text) in [("basics.namespace", "default"), ("basics.name", "app")] {
        set(&mut draft, path, text);
    }
    draft
}

/// The lists behind a pattern such as `containers.*.ports`.
fn places(draft: &Draft, list: &str) -> Vec<String> {
    let Some((outer, inner)) = list.split_once(".*.") else {
        return vec![list.to_owned()];
    };
    let rows = draft.row_ids(outer).into_iter();
    rows.map(|id| format!("{outer}.{id}.{inner}")).collect()
}

/// Writes a choice; `#` in it becomes the id of the row, so that names differ.
fn set(draft: &mut Draft, path: &str, choice: &str) {
    let id = path.split('.').rfind(|segment| segment.parse::<u32>().is_ok());
    if let Some(leaf) = draft.leaf_mut(path) {
        leaf.set(choice.replace('#', id.unwrap_or("0")));
    }
}

/// Mends what the rules complain about: what is missing is filled in, what is wrong is emptied, and a row that is still
/// wrong goes.
fn mended(mut draft: Draft) -> Option<Draft> {
    for round in 0..24 {
        let errors: Vec<Issue> = validate(&draft)
            .issues
            .into_iter()
            .filter(|issue| issue.is_error() && !matches!(issue.problem, Problem::MoreIssues { .. }))
            .collect();
        if errors.is_empty() {
            return Some(draft);
        }
        for error in errors {
            mend(&mut draft, &error, round);
        }
    }
    None
}

fn mend(draft: &mut Draft, error: &Issue, round: usize) {
    let field = error.field.as_str();
    if draft.rows(field).is_some() {
        match &error.problem {
            Problem::NeedsRow {} | Problem::NeedsMainContainer {} => {
                draft.add_row(field);
            }
            _ => {
                for id in draft.row_ids(field) {
                    draft.remove_row(field, id);
                }
            }
        }
        return;
    }
    let first = choices(&pattern(field))
        .and_then(<[&str]>::first)
        .copied()
        .unwrap_or_default();
    let known =
        (field.ends_with(".volume")).then(|| draft.volumes.first().map(|volume| volume.name.to_string()));
    match (&error.problem, known.flatten()) {
        (Problem::UnknownVolume {}, Some(name)) if round < 8 && !name.is_empty() => set(draft, field, &name),
        (Problem::Missing {} | Problem::RequestNeeded { .. } | Problem::PortNameNeeded {}, _)
            if round < 12 =>
        {
            set(draft, field, first);
        }
        (Problem::NeedsService {}, _) => {
            draft.add_row("services");
        }
        _ if round < 16 => set(draft, field, ""),
        _ => remove_around(draft, field),
    }
}

/// Removes the innermost row around a field.
fn remove_around(draft: &mut Draft, field: &str) {
    let segments: Vec<&str> = field.split('.').collect();
    let Some(at) = segments
        .iter()
        .rposition(|segment| segment.parse::<u32>().is_ok())
    else {
        return set(draft, field, "");
    };
    if let Ok(id) = segments[at].parse() {
        draft.remove_row(&segments[..at].join("."), id);
    }
}

#[cfg(test)]
mod tests;
