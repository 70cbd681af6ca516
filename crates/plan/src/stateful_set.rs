//! The `StatefulSet`.

use k8s_openapi::api::apps::v1::{
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec, StatefulSetUpdateStrategy,
};
use slipway_model::App;
use slipway_model::app::{self, StatefulUpdate, VolumeSource};

use crate::pod::some_if_any;
use crate::workload::{metadata, number};
use crate::{Ownership, pod, storage};

/// The `StatefulSet` of an app.
pub(crate) fn built(
    app: &App,
    settings: &app::StatefulSet,
    replicas: Option<i32>,
    ownership: &Ownership,
) -> StatefulSet {
    let claims = app.volumes.iter().filter_map(|volume| match &volume.source {
        VolumeSource::ClaimTemplate(claim) => Some(storage::claim_template(&volume.name, claim, ownership)),
        _ => None,
    });
    StatefulSet {
        metadata: metadata(app, ownership),
        spec: Some(StatefulSetSpec {
            replicas,
            selector: ownership.label_selector(),
            template: pod::template(app, ownership),
            service_name: Some(settings.service.to_string()),
            pod_management_policy: settings.pod_management.map(|policy| policy.as_str().to_owned()),
            update_strategy: settings.update.map(strategy),
            min_ready_seconds: number(settings.min_ready),
            revision_history_limit: number(settings.revision_history),
            persistent_volume_claim_retention_policy: retention(settings),
            volume_claim_templates: some_if_any(claims),
            ordinals: None,
        }),
        status: None,
    }
}

fn strategy(update: StatefulUpdate) -> StatefulSetUpdateStrategy {
    let (kind, rolling_update) = match update {
        StatefulUpdate::OnDelete => ("OnDelete", None),
        StatefulUpdate::Rolling { partition } => {
            let rolling = partition.map(|partition| RollingUpdateStatefulSetStrategy {
                partition: number(Some(partition)),
                max_unavailable: None,
            });
            ("RollingUpdate", rolling)
        }
    };
    StatefulSetUpdateStrategy {
        type_: Some(kind.to_owned()),
        rolling_update,
    }
}

fn retention(settings: &app::StatefulSet) -> Option<StatefulSetPersistentVolumeClaimRetentionPolicy> {
    if settings.when_deleted.is_none() && settings.when_scaled.is_none() {
        return None;
    }
    let word = |retention: app::Retention| retention.as_str().to_owned();
    Some(StatefulSetPersistentVolumeClaimRetentionPolicy {
        when_deleted: settings.when_deleted.map(word),
        when_scaled: settings.when_scaled.map(word),
    })
}
