//! What a prospect does, for people to read before, with what only the cluster knows of its consequences.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_api::{Consequence, StepVerb};
use slipway_plan::ObjectKey;

use super::prospect::{Prospect, Tried};
use super::{Operations, StartError};
use crate::apply::steps::{is_scaler, same};
use crate::apply::told::Told;
use crate::cluster::Access;
use crate::identity::Member;
use crate::preflight::object_ref;

impl Operations {
    /// What a prospect does as the cluster is now.
    pub(super) async fn told(
        &self,
        member: &Member,
        access: &Access,
        (prospect, tried): (&Prospect, &Tried),
    ) -> Result<Told, StartError> {
        let mut told = self.cpu.run(member, || prospect.told(tried)).await?;
        for workload in &told.rescaled {
            let scalers = access.autoscalers_of(workload).await?;
            let staying = scalers.into_iter().filter(|scaler| !goes(prospect, scaler));
            told.consequences
                .extend(staying.map(|scaler| decides(workload, &scaler)));
        }
        Ok(told)
    }
}

/// Whether an autoscaler is taken away by the same change.
fn goes(prospect: &Prospect, scaler: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &scaler["metadata"];
    let key = ObjectKey::namespaced(
        &text(&scaler["apiVersion"]),
        &text(&scaler["kind"]),
        text(&metadata["namespace"]),
        text(&metadata["name"]),
    );
    let mut steps = prospect.steps.iter().filter(|step| is_scaler(&step.key));
    steps.any(|step| step.verb == StepVerb::Delete && same(&step.key, &key))
}

/// That an autoscaler sets the number of pods, whatever is written. One by a schedule has no bounds.
fn decides(workload: &ObjectKey, scaler: &Value) -> Consequence {
    let spec = &scaler["spec"];
    let bounds = spec["maxReplicas"].as_u64().map(|most| {
        let least = spec["minReplicas"].as_u64().unwrap_or(1);
        [("min", least.to_string()), ("max", most.to_string())]
    });
    let name = scaler["metadata"]["name"].as_str().unwrap_or_default();
    let named = [("autoscaler", name.to_owned())];
    let params = named.into_iter().chain(bounds.into_iter().flatten());
    Consequence {
        code: "autoscaler_decides".to_owned(),
        object: object_ref(workload),
        params: params
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<BTreeMap<_, _>>(),
    }
}
