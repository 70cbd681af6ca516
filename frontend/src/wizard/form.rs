//! The form: one draft, what is wrong with it, and which of its fields have been left.
//!
//! Every input is bound to the draft by its path; the same string is its id in the page and the field of an issue.

use std::collections::BTreeSet;

use leptos::prelude::*;
use slipway_model::{Draft, Issue, Problem, validate};

use super::answered::Answered;
use super::step::Step;
use crate::change::softened;

/// A handle to the form, cheap to hand around.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    draft: RwSignal<Draft>,
    /// Everything wrong or doubtful, in the order of the form.
    pub(crate) issues: Memo<Vec<Issue>>,
    /// What this page finds by itself. Only this stands in the way of asking: what a server refused once it may take by now.
    found: Memo<Vec<Issue>>,
    answered: RwSignal<Vec<Answered>>,
    left: RwSignal<BTreeSet<String>>,
    /// Whether a button of the mouse, or a finger, is down.
    pressed: StoredValue<bool>,
    /// Fields left meanwhile. A remark that appears under the pointer would push away what is about to be clicked.
    left_meanwhile: StoredValue<Vec<String>>,
    attempted: RwSignal<bool>,
    /// The step being shown; the URL follows.
    pub(crate) step: RwSignal<Step>,
    /// The container being shown.
    pub(crate) container: RwSignal<u32>,
    /// Services and Ingresses that are open for change.
    pub(crate) open: RwSignal<BTreeSet<u32>>,
    /// The field to go to once it stands in the page.
    pub(crate) wanted: RwSignal<Option<String>>,
    changed: StoredValue<Option<Callback<()>>>,
    left_by: StoredValue<Option<Callback<()>>>,
    composing: StoredValue<Option<Callback<bool>>>,
}

impl Form {
    /// A form on a draft.
    pub(crate) fn new(draft: Draft, step: Step) -> Self {
        let container = draft.containers.first().map_or(0, |container| container.id);
        let draft = RwSignal::new(draft);
        let answered = RwSignal::new(Vec::<Answered>::new());
        let found = Memo::new(move |_| draft.with(|draft| validate(draft).issues));
        let issues = Memo::new(move |_| {
            draft.with(|draft| answered.with(|answered| Answered::together(found.get(), answered, draft)))
        });
        Self {
            draft,
            issues,
            found,
            answered,
            left: RwSignal::new(BTreeSet::new()),
            pressed: StoredValue::new(false),
            left_meanwhile: StoredValue::new(Vec::new()),
            attempted: RwSignal::new(false),
            step: RwSignal::new(step),
            container: RwSignal::new(container),
            open: RwSignal::new(BTreeSet::new()),
            wanted: RwSignal::new(None),
            changed: StoredValue::new(None),
            left_by: StoredValue::new(None),
            composing: StoredValue::new(None),
        }
    }

    /// Whom to tell when something changes, a field is left, or an input method begins (`true`) or ends to compose.
    pub(crate) fn tell(&self, changed: Callback<()>, left: Callback<()>, composing: Callback<bool>) {
        self.changed.set_value(Some(changed));
        self.left_by.set_value(Some(left));
        self.composing.set_value(Some(composing));
    }

    /// Looks at the draft, and is called again when it changes.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Draft) -> T) -> T {
        self.draft.with(look)
    }

    /// Looks at the draft once.
    pub(crate) fn now<T>(&self, look: impl FnOnce(&Draft) -> T) -> T {
        self.draft.with_untracked(look)
    }

    /// The same, when the form may be gone already.
    pub(crate) fn try_now<T>(&self, look: impl FnOnce(&Draft) -> T) -> Option<T> {
        self.draft.try_with_untracked(look)
    }

    /// What was typed at a path.
    pub(crate) fn text(&self, path: &str) -> String {
        self.draft.with(|draft| {
            draft
                .leaf(path)
                .map(|leaf| leaf.as_str().to_owned())
                .unwrap_or_default()
        })
    }

    /// What was typed at a path, following it.
    pub(crate) fn typed(self, path: impl Into<String>) -> Memo<String> {
        let path = path.into();
        Memo::new(move |_| self.text(&path))
    }

    /// The ids of the rows at a path, following them.
    pub(crate) fn rows(self, path: impl Into<String>) -> Memo<Vec<u32>> {
        let path = path.into();
        Memo::new(move |_| self.draft.with(|draft| draft.row_ids(&path)))
    }

    /// Writes what a person typed or chose.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let same = self.now(|draft| draft.leaf(path).is_none_or(|leaf| leaf.as_str() == text));
        if !same {
            self.edit(|draft| {
                if let Some(leaf) = draft.leaf_mut(path) {
                    leaf.set(text);
                }
            });
        }
    }

    /// Fills in a field that nobody typed into; that by itself is nothing to save.
    pub(crate) fn suggest(&self, path: &str, text: &str) {
        self.draft.update(|draft| {
            if let Some(leaf) = draft.leaf_mut(path) {
                leaf.set(text);
            }
        });
    }

    /// Changes the draft as a person asked to.
    pub(crate) fn edit<T>(&self, change: impl FnOnce(&mut Draft) -> T) -> Option<T> {
        let answer = self.draft.try_update(change);
        if let Some(changed) = self.changed.get_value() {
            changed.run(());
        }
        answer
    }

    /// Lets go of the values of variables that come from a Secret now. Nobody types that, so by itself it is nothing to save.
    pub(crate) fn drop_values_moved_to_secrets(&self) {
        if self.now(|draft| draft.clone().drop_values_moved_to_secrets()) {
            self.draft.update(|draft| {
                draft.drop_values_moved_to_secrets();
            });
        }
    }

    /// Adds a row and answers its path.
    pub(crate) fn add_row(&self, list: &str) -> Option<String> {
        let id = self.edit(|draft| draft.add_row(list))??;
        Some(format!("{list}.{id}"))
    }

    /// Removes a row.
    pub(crate) fn remove_row(&self, list: &str, id: u32) {
        self.edit(|draft| draft.remove_row(list, id));
    }

    /// Shows another draft in the place of this one; nobody typed it.
    pub(crate) fn replace(&self, draft: Draft) {
        if !draft
            .containers
            .iter()
            .any(|container| container.id == self.container.get_untracked())
        {
            self.container
                .set(draft.containers.first().map_or(0, |container| container.id));
        }
        self.draft.set(draft);
    }

    /// A field was left.
    pub(crate) fn leave(&self, path: &str) {
        if self.pressed.get_value() {
            self.left_meanwhile
                .update_value(|fields| fields.push(path.to_owned()));
        } else {
            self.mark_left([path.to_owned()]);
        }
        if let Some(left) = self.left_by.get_value() {
            left.run(());
        }
    }

    fn mark_left(&self, fields: impl IntoIterator<Item = String>) {
        let known = |path: &String| {
            self.left
                .try_with_untracked(|left| left.contains(path))
                .unwrap_or(true)
        };
        let fresh: Vec<String> = fields.into_iter().filter(|path| !known(path)).collect();
        if !fresh.is_empty() {
            self.left.update(|left| left.extend(fresh));
        }
    }

    /// The pointer is down (`true`) or up again.
    pub(crate) fn press(&self, down: bool) {
        if down {
            self.pressed.set_value(true);
            return;
        }
        let form = *self;
        // After the click that belongs to it.
        set_timeout(
            move || {
                if form
                    .pressed
                    .try_update_value(|pressed| std::mem::replace(pressed, false))
                    == Some(true)
                {
                    form.mark_left(
                        form.left_meanwhile
                            .try_update_value(std::mem::take)
                            .unwrap_or_default(),
                    );
                }
            },
            std::time::Duration::ZERO,
        );
    }

    /// An input method began (`true`) or ended to compose.
    pub(crate) fn compose(&self, began: bool) {
        if let Some(composing) = self.composing.get_value() {
            composing.run(began);
        }
    }

    /// Shows what is wrong at every field there is now, left or not. Rows added later are judged once they are left.
    pub(crate) fn attempt(&self) {
        let mut fields: Vec<String> =
            self.now(|draft| draft.leaves().into_iter().map(|(path, _)| path).collect());
        self.issues
            .with_untracked(|issues| fields.extend(issues.iter().map(|issue| issue.field.clone())));
        self.mark_left(fields);
        self.attempted.set(true);
    }

    /// The same for the fields of one row.
    pub(crate) fn attempt_row(&self, row: &str) {
        let below = format!("{row}.");
        let fields: Vec<_> = self.now(|draft| draft.leaves().into_iter().map(|(path, _)| path).collect());
        self.left
            .update(|left| left.extend(fields.into_iter().filter(|path| path.starts_with(&below))));
    }

    /// Whether every field is judged already.
    pub(crate) fn has_attempted(&self) -> bool {
        self.attempted.get()
    }

    /// Whether a field of a step was left already.
    pub(crate) fn has_left_on(&self, step: Step) -> bool {
        self.left
            .with(|left| left.iter().any(|path| Step::of_field(path) == step))
    }

    /// What the server found wrong, each until its field changes.
    pub(crate) fn answer(&self, issues: Vec<Issue>) {
        let answered = self.now(|draft| {
            issues
                .into_iter()
                .map(|issue| Answered::to(softened(issue), draft))
                .collect()
        });
        self.answered.set(answered);
    }

    /// How many errors are left that stand in the way of asking the server.
    pub(crate) fn errors(&self) -> usize {
        self.found
            .with(|issues| issues.iter().filter(|issue| issue.is_error()).count())
    }

    /// Whether one is left.
    pub(crate) fn has_errors(&self) -> bool {
        self.errors() > 0
    }

    /// The first of them.
    pub(crate) fn first_error(&self) -> Option<Issue> {
        first_error(self.found)
    }

    /// The first error that is shown, whoever found it.
    pub(crate) fn first_shown_error(&self) -> Option<Issue> {
        first_error(self.issues)
    }

    /// The fields of a row with an error, in the order of the form.
    pub(crate) fn errors_below(&self, row: &str) -> std::vec::IntoIter<String> {
        let below = format!("{row}.");
        let wrong = |issue: &&Issue| issue.is_error() && issue.field.starts_with(&below);
        let fields = |issues: &Vec<Issue>| {
            issues
                .iter()
                .filter(wrong)
                .map(|issue| issue.field.clone())
                .collect()
        };
        self.issues.with::<Vec<String>>(fields).into_iter()
    }

    /// Closes a Service or an Ingress that was open for change.
    pub(crate) fn close(&self, row: u32) {
        self.open.update(|open| {
            open.remove(&row);
        });
    }

    /// What a field says now: its issues, once it was left or an attempt was made. Characters that no amount of further
    /// typing makes right do not wait.
    pub(crate) fn shown_at(self, path: impl Into<String>) -> Memo<Vec<Issue>> {
        let path = path.into();
        Memo::new(move |_| {
            let judged = self.left.with(|left| left.contains(&path));
            let told = |issue: &Issue| {
                judged
                    || matches!(issue.problem, Problem::NotPlain { .. })
                    || self
                        .answered
                        .with(|answered| answered.iter().any(|answered| answered.issue == *issue))
            };
            self.issues.with(|issues| {
                issues
                    .iter()
                    .filter(|i| i.field == path && told(i))
                    .cloned()
                    .collect()
            })
        })
    }

    /// Shows a step. The one that is shown already is left as it is: to draw it again would replace the field that somebody
    /// is typing into.
    pub(crate) fn show(&self, step: Step) {
        if self.step.get_untracked() != step {
            self.step.set(step);
        }
    }

    /// Shows the step, the container or the row in which a field stands, then goes to the field.
    pub(crate) fn go_to(&self, field: &str) {
        let mut parts = field.split('.');
        let (list, row) = (parts.next(), parts.next().and_then(|id| id.parse::<u32>().ok()));
        match (list, row) {
            (Some("containers"), Some(id)) => self.container.set(id),
            (Some("services" | "ingresses"), Some(id)) => self.open.update(|open| {
                open.insert(id);
            }),
            _ => {}
        }
        self.show(Step::of_field(field));
        self.wanted.set(Some(field.to_owned()));
    }
}

fn first_error(issues: Memo<Vec<Issue>>) -> Option<Issue> {
    issues.with_untracked(|issues| issues.iter().find(|issue| issue.is_error()).cloned())
}

/// The text that one click puts in the place of what was typed.
pub(crate) fn fix(problem: &Problem) -> Option<&str> {
    match problem {
        Problem::NotPlain { suggestion } | Problem::MemoryInBytes { suggestion } => Some(suggestion),
        _ => None,
    }
}

/// The form of the wizard around.
pub(crate) fn use_form() -> Form {
    expect_context()
}
