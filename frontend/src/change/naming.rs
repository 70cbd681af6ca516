//! Fields in words, by the drafts that hold them: a path says only by number which row it is about.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::AppKey;
use slipway_model::Draft;

use crate::api;
use crate::language;
use crate::wizard::field_text;

/// The drafts by whose rows fields are named; the first that holds a field names it.
#[derive(Clone, Copy)]
pub struct Naming(RwSignal<Vec<Draft>>);

impl Naming {
    /// By the drafts of these revisions of an app, once they are read. Until then rows have no names.
    pub fn of_revisions(key: &AppKey, numbers: impl IntoIterator<Item = u64>) -> Self {
        let naming = Self::none();
        for number in numbers {
            naming.and_revision(key, number);
        }
        naming
    }

    /// Also by the draft of this revision of an app, once it is read.
    pub fn and_revision(self, key: &AppKey, number: u64) {
        let key = key.clone();
        spawn_local(async move {
            if number > 0
                && let Ok(revision) = api::revision(&key, number).await
            {
                self.0.try_update(|drafts| drafts.push(revision.content));
            }
        });
    }

    /// By no draft: rows are called after their lists.
    pub fn none() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// By this draft.
    pub fn of(draft: Draft) -> Self {
        Self(RwSignal::new(vec![draft]))
    }

    /// Also by a draft, once it is read, if it is still there.
    pub fn and_draft(self, id: String) {
        spawn_local(async move {
            if let Ok(draft) = api::draft(&id).await {
                self.0.try_update(|drafts| drafts.push(draft.content));
            }
        });
    }

    /// Where a field stands, in words. What the form does not show has a path in its object only.
    pub fn place_or(self, field: &str, path: &str) -> String {
        if field.is_empty() {
            path.to_owned()
        } else {
            self.place(field)
        }
    }

    /// Where a field stands, in words.
    pub fn place(self, field: &str) -> String {
        self.0
            .with(|drafts| field_text::place_among(language::locale(), drafts, field))
    }
}

/// The address of the app that a draft was opened from.
pub fn app_of(cluster: &str, draft: &Draft) -> Option<AppKey> {
    let origin = draft.origin.as_ref()?;
    Some(AppKey {
        cluster: cluster.to_owned(),
        namespace: origin.namespace.clone(),
        kind: origin.kind.to_lowercase(),
        name: origin.name.clone(),
    })
}
