//! An app that was opened.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::{App, Draft, Issue, validate};

use super::kept::{Kept, kept};
use super::owner::Owner;
use super::related::Related;
use super::source::Source;
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
    /// The pointers of what the form does not know.
    pub(crate) kept: BTreeSet<String>,
}

impl Live {
    /// Its uid, if a server gave it one.
    pub fn uid(&self) -> Option<&str> {
        self.body["metadata"]["uid"].as_str()
    }
}

impl Opened {
    /// The app that the draft describes, or why it cannot be described without an error.
    pub fn app(&self) -> Result<App, Vec<Issue>> {
        let verdict = validate(&self.draft);
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
    left: &[Value],
    sources: Vec<Source>,
    related: &Related,
    owner: &Owner,
) -> Opened {
    draft.give_ids();
    let belongs = related.all();
    let mut opened = Opened {
        draft,
        kept: Vec::new(),
        objects: Vec::new(),
        apart: Vec::new(),
        ours: owner.ours,
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
                kept: kept.iter().map(|kept| kept.pointer.clone()).collect(),
            });
        }
        opened.kept.extend(kept);
    }
    opened
}
