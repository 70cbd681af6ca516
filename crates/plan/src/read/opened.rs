//! An app that was opened.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use slipway_model::draft::Node;
use slipway_model::{App, Draft, Issue, validate, validate_running};

use super::ids;
use super::kept::{Kept, kept, places};
use super::owner::Owner;
use super::part::Rows;
use super::related::Related;
use super::source::Source;
use crate::address::ByAddress;
use crate::change::tagged;
use crate::{ObjectKey, Ownership, Plan, Target, plan_as};

/// An app that was opened: the draft that describes it, and what the draft leaves out.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The draft.
    pub draft: Draft,
    /// What the form does not know, in every object of the app.
    pub kept: Vec<Kept>,
    /// The objects of the app that the draft describes.
    pub objects: Vec<Live>,
    /// Objects that were given and are no part of the app.
    pub apart: Vec<ObjectKey>,
    /// Whether the app bears our marks.
    pub ours: bool,
    /// Whether it was read from a cluster, not from a file.
    runs: bool,
    /// Names and selector, as the plan of this app has them.
    pub(crate) ownership: Ownership,
}

/// One object of an app that was opened.
#[derive(Clone, Debug)]
pub struct Live {
    /// Its address.
    pub key: ObjectKey,
    /// As it was given.
    pub body: Value,
    /// Whether it bears our marks; else it is changed without taking it over.
    pub ours: bool,
    /// The pointers of what the form does not know, single elements of lists among them.
    pub(crate) kept: BTreeSet<String>,
    /// The rows of the draft, by the pointers of the elements they stand for.
    pub(crate) rows: BTreeMap<String, u32>,
}

impl Live {
    /// Its uid, if a server gave it one.
    pub fn uid(&self) -> Option<&str> {
        self.body["metadata"]["uid"].as_str()
    }

    /// As it was given, its elements tagged with their rows.
    pub(crate) fn tagged(&self) -> Value {
        let tags = self
            .rows
            .iter()
            .map(|(pointer, row)| (pointer.as_str(), row.to_string()));
        tagged(&self.body, tags)
    }
}

impl Opened {
    /// The app that the draft describes, or why nothing can be planned of it. What runs is no error, as Kubernetes has
    /// accepted it; a file is planned anew, by all rules.
    pub fn app(&self) -> Result<App, Vec<Issue>> {
        let verdict = if self.runs {
            validate_running(&self.draft).0
        } else {
            validate(&self.draft)
        };
        verdict.app.ok_or(verdict.issues)
    }

    /// The same app as one that is not taken over: whatever marks its objects bear, they are changed by patches.
    #[must_use]
    pub fn as_theirs(mut self) -> Self {
        self.ours = false;
        for live in &mut self.objects {
            live.ours = false;
        }
        self
    }

    /// The objects that the draft describes.
    pub(crate) fn by_address(&self) -> ByAddress<'_, Live> {
        ByAddress::of(self.objects.iter(), |live| &live.key)
    }

    /// The same app as it was opened before, with the ids that the rows had then: a draft that was opened then says by
    /// them which element each of its rows stands for. `earlier` must describe the same app; rows that it lacks get ids
    /// that it does not have.
    #[must_use]
    pub fn with_ids_of(mut self, earlier: &Draft) -> Self {
        let ids = ids::of_earlier(&self.draft, earlier);
        self.draft
            .visit_ids(&mut |id| *id = ids.get(id).copied().unwrap_or(*id));
        for row in self.objects.iter_mut().flat_map(|live| live.rows.values_mut()) {
            *row = ids.get(row).copied().unwrap_or(*row);
        }
        self
    }

    /// The plan of the app as it is, with its own names and selector; an empty one if it cannot be described.
    pub fn plan(&self, target: &Target) -> Plan {
        let app = self.app().ok();
        app.map_or_else(|| Plan::new(Vec::new()), |app| self.plan_of(&app, target))
    }

    /// The plan of an app in the place of this one.
    pub fn plan_of(&self, app: &App, target: &Target) -> Plan {
        plan_as(app, target, &self.ownership)
    }
}

/// Puts together what was read.
pub(super) fn opened(
    mut draft: Draft,
    (left, rows): (&[Value], &Rows),
    sources: Vec<Source>,
    related: &Related,
    owner: &Owner,
) -> Opened {
    draft.give_ids();
    let belongs = related.all();
    let mut elements = rows.elements();
    let mut opened = Opened {
        draft,
        kept: Vec::new(),
        objects: Vec::new(),
        apart: Vec::new(),
        ours: owner.ours,
        runs: sources[related.workload].is_served(),
        ownership: owner.ownership.clone(),
    };
    for (number, source) in sources.into_iter().enumerate() {
        if !belongs.contains(&number) {
            opened.apart.push(source.key);
            continue;
        }
        let kept = kept(&source.key, &source.plain, &left[number]);
        let read = !kept.iter().any(|kept| kept.pointer.is_empty());
        if read {
            opened.objects.push(Live {
                key: ObjectKey {
                    namespace: (source.key.kind != "PersistentVolume").then(|| source.namespace().to_owned()),
                    ..source.key
                },
                ours: owner.ours && owner.has(&source.body),
                body: source.body,
                kept: places(&kept),
                rows: elements.remove(&number).unwrap_or_default(),
            });
        }
        opened.kept.extend(kept);
    }
    opened
}
