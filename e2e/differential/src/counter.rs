//! Counts what the generated drafts reach, so that a field that is never filled in is noticed.

use std::collections::{BTreeMap, BTreeSet};

use slipway_model::Draft;
use slipway_model::arbitrary::{choices, pattern, with_every_row};

use crate::broken::Outcome;

/// A field that holds the name of another row, whichever that is.
const FOLLOWS: &str = "containers.*.mounts.*.volume";

/// What drafts have reached so far.
#[derive(Debug, Default)]
pub struct Counter {
    seen: BTreeSet<(String, &'static str)>,
    drafts: usize,
}

impl Counter {
    /// Counts what a draft holds.
    pub fn count(&mut self, draft: &Draft) {
        self.drafts += 1;
        for (path, leaf) in draft.leaves().into_iter().filter(|(_, leaf)| !leaf.is_blank()) {
            let field = pattern(&path);
            let id = path
                .split('.')
                .rfind(|segment| segment.parse::<u32>().is_ok())
                .unwrap_or("0");
            for choice in choices(&field).unwrap_or_default() {
                if field == FOLLOWS || choice.replace('#', id) == leaf.as_str() {
                    self.seen.insert((field.clone(), choice));
                }
            }
        }
    }

    /// How many drafts there were.
    pub fn drafts(&self) -> usize {
        self.drafts
    }

    /// Each field with each choice, among them every arm of every enum, that no draft held.
    pub fn missing(&self) -> Vec<(String, &'static str)> {
        let draft = with_every_row();
        let fields: BTreeSet<String> = draft
            .leaves()
            .into_iter()
            .map(|(path, _)| pattern(&path))
            .collect();
        let all = fields.iter().flat_map(|field| {
            let choices = choices(field).unwrap_or_default();
            choices.iter().map(|choice| (field.clone(), *choice))
        });
        all.filter(|one| !self.seen.contains(one)).collect()
    }
}

/// What came of breaking one field, again and again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often it was broken.
    pub broken: usize,
    /// How often we refused it.
    pub refused: usize,
    /// How often the server was asked all the same.
    pub asked: usize,
    /// How often it refused as well, at the same field.
    pub agreed: usize,
}

/// What came of breaking each field.
#[derive(Debug, Default)]
pub struct Tallies(BTreeMap<String, Tally>);

impl Tallies {
    /// Counts one outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        let tally = self.0.entry(outcome.field.clone()).or_default();
        tally.broken += 1;
        tally.refused += usize::from(!outcome.ours);
        tally.asked += usize::from(outcome.theirs.is_some());
        tally.agreed += usize::from(outcome.theirs == Some(false) && outcome.findings.is_empty());
    }

    /// Whether a field was ever refused by both.
    pub fn agreed(&self, field: &str) -> bool {
        self.0.get(field).is_some_and(|tally| tally.agreed > 0)
    }

    /// Each field with its tally.
    pub fn each(&self) -> impl Iterator<Item = (&str, Tally)> {
        self.0.iter().map(|(field, tally)| (field.as_str(), *tally))
    }
}
