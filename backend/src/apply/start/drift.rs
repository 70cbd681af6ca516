//! What was changed outside Slipway since the current revision was applied, and taking that into a draft.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_api::{DriftView, FieldDrift, MergeView, ObjectDrift, Side};
use slipway_model::Draft;
use slipway_plan::read::read;
use slipway_plan::{ObjectKey, PlannedObject, drift};

use super::change::{app_of, live_of};
use super::open::{Keep, There, look, opened_on};
use super::{Operations, StartError};
use crate::apply::operation::AppAddress;
use crate::apply::steps::same;
use crate::cluster::{Access, keeper, who_set};
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::preflight::{FieldMap, object_ref};
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
        let mut view = DriftView {
            revision: u64::try_from(there.current.number).unwrap_or_default(),
            managed_by: keeper(&there.workload),
            objects: Vec::new(),
            unseen: Vec::new(),
        };
        if there.opened.is_none() {
            view.objects = self.drifted(&access, &there).await?;
        }
        Ok(view)
    }

    async fn drifted(&self, access: &Access, there: &There) -> Result<Vec<ObjectDrift>, StartError> {
        let record = self.revisions.record(there.life.id).await?;
        let live = live_of(access, &record).await?;
        let app = app_of(&there.current.draft);
        let of = |object: &PlannedObject| {
            let found = live.iter().find(|(key, _)| same(key, &object.key));
            let fields = app
                .as_ref()
                .map(|app| FieldMap::of(app, object))
                .unwrap_or_default();
            object_drift(object, found, &fields)
        };
        Ok(there.current.plan.made().filter_map(of).collect())
    }

    /// A draft with what was changed outside, wherever the draft has not changed it itself.
    pub async fn with_drift(
        &self,
        member: &Member,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Draft, StartError> {
        let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
        let address = AppAddress::in_url(&origin.namespace, &origin.kind, &origin.name);
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, &address, Keep::No).await?;
        let applied = there
            .current
            .plan
            .made()
            .map(|object| object.body.value().clone());
        let before = aligned(&read(applied.collect())?.draft, draft);
        let now = aligned(&look(&access, &address).await?.draft, &before);
        let Merged { draft: merged, .. } = merge(&before, &now, draft, &BTreeMap::new());
        Ok(Draft {
            origin: draft.origin.clone(),
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
        let (there, base) = self.beside(member, draft, cluster, Keep::No).await?;
        let merged = merge(&base, &there.current.draft, draft, &BTreeMap::new());
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
        let (there, base) = self.beside(member, draft, cluster, Keep::Yes).await?;
        if u64::try_from(there.current.number) != Ok(theirs) {
            return Err(StartError::AppMoved {
                current: there.current.number,
            });
        }
        let merged = merge(&base, &there.current.draft, draft, choices);
        if !merged.open.is_empty() {
            return Ok(Err(merged.open));
        }
        Ok(Ok(opened_on(
            merged.draft,
            &there.life.address,
            there.current.number,
        )))
    }

    /// The app of a draft as it is now, and the revision that the draft was opened on. A revision that is not known any
    /// more differs in nothing from the draft, so that everything of the app is taken.
    async fn beside(
        &self,
        member: &Member,
        draft: &Draft,
        cluster: &Cluster,
        keep: Keep,
    ) -> Result<(There, Draft), StartError> {
        let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
        let address = AppAddress::in_url(&origin.namespace, &origin.kind, &origin.name);
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, &address, keep).await?;
        let number = i64::try_from(origin.revision).unwrap_or_default();
        let base = self.revisions.revision(there.life.id, number).await?;
        let base = base.map_or_else(|| draft.clone(), |base| base.draft);
        Ok((there, base))
    }
}

fn object_drift(
    object: &PlannedObject,
    found: Option<&(ObjectKey, Value)>,
    fields: &FieldMap,
) -> Option<ObjectDrift> {
    let of = |missing: bool, fields: Vec<FieldDrift>| ObjectDrift {
        object: object_ref(&object.key),
        missing,
        fields,
    };
    let Some((_, live)) = found else {
        return Some(of(true, Vec::new()));
    };
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned)
    };
    let drifted: Vec<FieldDrift> = drift(object.body.value(), live)
        .into_iter()
        .map(|drift| FieldDrift {
            field: fields.field(&drift.path).to_owned(),
            applied: Some(text(&drift.applied)).filter(|text| !text.is_empty()),
            live: drift.live.as_ref().map(text),
            manager: who_set(live, &drift.path),
            path: drift.path,
        })
        .collect();
    (!drifted.is_empty()).then(|| of(false, drifted))
}
