//! What was changed outside Slipway since the current revision was applied, and taking that into a draft.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use slipway_api::{Consent, DriftView, FieldConflict, FieldDrift, MergeView, ObjectDrift, Side};
use slipway_model::{Draft, validate_running};
use slipway_plan::read::read;
use slipway_plan::{ObjectKey, PlannedObject};

use super::change::{app_of, opened_at};
use super::open::{Keep, There, opened_on};
use super::prospect::Prospect;
use super::{Operations, StartError};
use crate::apply::operation::AppAddress;
use crate::apply::steps::{Drifted, drifted, same};
use crate::cluster::{Access, keeper, who_set};
use crate::clusters::Cluster;
use crate::cpu::away;
use crate::identity::Member;
use crate::preflight::{FieldMap, Numbered, object_ref, outwards};
use crate::revisions::{Merged, aligned, merge};

impl Operations {
    /// What is no longer as it was applied.
    pub async fn drift(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<DriftView, StartError> {
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, address, Keep::No).await?;
        let view = DriftView {
            revision: u64::try_from(there.current.number).unwrap_or_default(),
            managed_by: keeper(&there.workload),
            objects: Vec::new(),
            consequences: Vec::new(),
            conflicts: Vec::new(),
            unseen: Vec::new(),
            take_over: None,
        };
        if there.opened.is_some() {
            let take_over = self.could_take_over(member, cluster, address, &there.workload);
            let take_over = take_over.await?;
            return Ok(DriftView { take_over, ..view });
        }
        match Box::pin(self.put_back(&access, there)).await {
            Ok(prospect) => self.drifted(member, cluster, &prospect, view).await,
            Err(StartError::NothingToChange) => Ok(view),
            Err(error) => Err(error),
        }
    }

    /// What making the app again what was applied would do.
    async fn put_back(&self, access: &Access, there: There) -> Result<Prospect, StartError> {
        let app = away(|| app_of(&there.current.draft));
        let plan = there.current.plan.clone();
        self.prospect_of(
            access,
            there,
            app.as_ref(),
            plan,
            (Drifted::IsPutBack, &Consent::default()),
        )
        .await
    }

    async fn drifted(
        &self,
        member: &Member,
        cluster: &Cluster,
        prospect: &Prospect,
        view: DriftView,
    ) -> Result<DriftView, StartError> {
        let tried = self.tried(member, cluster, prospect, None).await?;
        let conflicts = &tried.conflicts;
        let of = |object: &PlannedObject| -> Option<ObjectDrift> {
            let found = prospect.live.iter().find(|(key, _)| same(key, &object.key));
            let fields = prospect.app.as_ref().map(|app| FieldMap::of(app, object));
            object_drift(
                object,
                found,
                prospect.scaled_by_others,
                (&fields.unwrap_or_default(), conflicts),
            )
        };
        let objects = || prospect.after.made().filter_map(of).collect();
        let objects = self.cpu.run(member, objects).await?;
        let access = cluster.access(member)?;
        let consequences = self.told(member, &access, (prospect, &tried)).await?.consequences;
        Ok(DriftView {
            objects,
            consequences,
            conflicts: tried.conflicts,
            ..view
        })
    }

    /// A draft with what was changed outside, wherever the draft has not changed it itself.
    pub async fn with_drift(
        &self,
        member: &Member,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Draft, StartError> {
        let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
        let address = opened_at(origin)?;
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, &address, Keep::No).await?;
        let applied = there
            .current
            .plan
            .made()
            .map(|object| object.body.value().clone());
        let now = self.look(member, &access, &address).await?.draft;
        let merged = self.cpu.run(member, || {
            let before = aligned(&read(applied.collect())?.draft, draft);
            let now = aligned(&now, &before);
            let (_, as_is) = validate_running(&now);
            Ok::<_, StartError>((merge(&before, &now, draft, &BTreeMap::new()), as_is))
        });
        let (Merged { draft: merged, .. }, as_is) = merged.await??;
        let mut origin = origin.clone();
        origin
            .as_is
            .retain(|known| as_is.iter().all(|new| new.field != known.field));
        origin.as_is.extend(as_is);
        Ok(Draft {
            origin: Some(origin),
            ..merged
        })
    }

    /// A draft beside what its app has become since it was opened.
    pub async fn merging(
        &self,
        member: &Member,
        draft: &Draft,
        revision: u64,
        cluster: &Cluster,
    ) -> Result<MergeView, StartError> {
        let (there, base) = self.beside(member, draft, cluster).await?;
        let merged = self.cpu.run(member, || {
            merge(&base, &there.current.draft, draft, &BTreeMap::new())
        });
        let merged = merged.await?;
        Ok(MergeView {
            base: draft.origin.as_ref().map_or(0, |origin| origin.revision),
            theirs: u64::try_from(there.current.number).unwrap_or_default(),
            person: there.current.person,
            created_at: there.current.created_at,
            mine: revision,
            fields: merged.fields,
        })
    }

    /// The two brought together. An error names the fields for which a side must be chosen.
    pub async fn merged(
        &self,
        member: &Member,
        draft: &Draft,
        (theirs, choices): (u64, &BTreeMap<String, Side>),
        cluster: &Cluster,
    ) -> Result<Result<Draft, Vec<String>>, StartError> {
        let (there, base) = self.beside(member, draft, cluster).await?;
        if u64::try_from(there.current.number) != Ok(theirs) {
            return Err(StartError::AppMoved {
                current: there.current.number,
            });
        }
        let merged = self
            .cpu
            .run(member, || merge(&base, &there.current.draft, draft, choices))
            .await?;
        if !merged.open.is_empty() {
            return Ok(Err(merged.open));
        }
        Ok(Ok(opened_on(merged.draft, &there.current, &there.life.address)))
    }

    /// The app of a draft as it is now, and the revision that the draft was opened on, of an app that has ended since if it
    /// was. One that is not known any more differs in nothing from the draft, so that everything of the app is taken.
    async fn beside(
        &self,
        member: &Member,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<(There, Draft), StartError> {
        let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
        let address = opened_at(origin)?;
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, &address, Keep::Yes).await?;
        let number = i64::try_from(origin.revision).unwrap_or_default();
        let base = self.revisions.base(&there.life, number).await?;
        let base = match base {
            Some(base) => self.told_of(member, &there.unseen, base).await?.draft,
            None => draft.clone(),
        };
        Ok((there, base))
    }
}

fn object_drift(
    object: &PlannedObject,
    found: Option<&(ObjectKey, Value)>,
    scaled_by_others: bool,
    (fields, conflicts): (&FieldMap, &[FieldConflict]),
) -> Option<ObjectDrift> {
    let named = object_ref(&object.key);
    let Some((_, live)) = found else {
        return Some(ObjectDrift {
            object: named,
            missing: true,
            fields: Vec::new(),
        });
    };
    // The server says of each field it does not let us set whose it is; else it can be told for some.
    let mut numbered = Numbered::of(object.body.value());
    let held: HashMap<String, &String> = conflicts
        .iter()
        .filter(|held| held.object == named)
        .map(|held| (numbered.path(&held.path), &held.manager))
        .collect();
    let holder = |path: &str| {
        outwards(path)
            .find_map(|whole| held.get(whole))
            .map(|manager| (*manager).clone())
    };
    let fields = fields.lookup();
    let drifted: Vec<FieldDrift> = drifted(object.body.value(), live, scaled_by_others)
        .into_iter()
        .map(|drift| FieldDrift {
            field: fields.field(&drift.path).to_owned(),
            applied: Some(text(&drift.applied)).filter(|text| !text.is_empty()),
            live: drift.live.as_ref().map(text),
            manager: holder(&drift.path).or_else(|| who_set(live, &drift.path)),
            path: drift.path,
        })
        .collect();
    (!drifted.is_empty()).then_some(ObjectDrift {
        object: named,
        missing: false,
        fields: drifted,
    })
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
