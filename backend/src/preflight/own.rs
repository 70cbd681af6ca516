//! What of all that lies around an app is the app itself while it is changed: it stands in nobody's way.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::PodSpec;
use serde_json::Value;
use slipway_plan::ObjectKey;

/// The very objects that an app consists of, as they are. None of an app that is not there yet.
#[derive(Clone, Copy, Default)]
pub(super) struct Own<'a>(&'a [(ObjectKey, Value)]);

impl<'a> Own<'a> {
    pub(super) fn of(objects: &'a [(ObjectKey, Value)]) -> Self {
        Self(objects)
    }

    /// All of them.
    pub(super) fn objects(self) -> impl Iterator<Item = (&'a ObjectKey, &'a Value)> {
        self.0.iter().map(|(key, object)| (key, object))
    }

    /// The one of this kind and name, in the namespace of the app.
    pub(super) fn object(self, kind: &str, name: &str) -> Option<&'a Value> {
        let mut objects = self.objects();
        let (_, object) = objects.find(|(key, _)| key.kind == kind && key.name == name)?;
        Some(object)
    }

    /// Whether one of them has this kind and name.
    pub(super) fn has(self, kind: &str, name: &str) -> bool {
        self.object(kind, name).is_some()
    }

    /// What its pods are made of, and how many there are.
    pub(super) fn pods(self) -> Option<(PodSpec, u32)> {
        let (_, workload) = self.workload()?;
        let spec = serde_json::from_value(workload["spec"]["template"]["spec"].clone()).ok()?;
        let status = &workload["status"];
        let there = status["replicas"].as_u64().or(status["active"].as_u64());
        Some((spec, u32::try_from(there.unwrap_or_default()).unwrap_or(u32::MAX)))
    }

    /// How many of its pods run as they should: with all that they mount.
    pub(super) fn ready(self) -> u32 {
        let status = self.workload().map(|(_, workload)| &workload["status"]);
        let ready = status.and_then(|status| status["readyReplicas"].as_u64().or(status["ready"].as_u64()));
        u32::try_from(ready.unwrap_or_default()).unwrap_or(u32::MAX)
    }

    /// Whether its pods mount a claim.
    pub(super) fn mounts(self, claim: &str) -> bool {
        let volumes = self.pods().and_then(|(spec, _)| spec.volumes);
        volumes.into_iter().flatten().any(|volume| {
            let mounted = volume.persistent_volume_claim;
            mounted.is_some_and(|mounted| mounted.claim_name == claim)
        })
    }

    /// Whether each of its pods has a claim made from a template of this name.
    pub(super) fn has_template(self, claim: &str) -> bool {
        let workload = self.workload().map(|(_, workload)| workload);
        let templates = workload.and_then(|workload| workload["spec"]["volumeClaimTemplates"].as_array());
        let mut templates = templates.into_iter().flatten();
        templates.any(|template| template["metadata"]["name"] == claim)
    }

    /// The number of its first pod, where pods are numbered.
    pub(super) fn first_number(self) -> u32 {
        let start = self
            .workload()
            .and_then(|(_, workload)| workload["spec"]["ordinals"]["start"].as_u64());
        u32::try_from(start.unwrap_or_default()).unwrap_or_default()
    }

    /// Whether pods with these labels, in the namespace of the app, are its own.
    pub(super) fn selects(self, labels: &BTreeMap<String, String>) -> bool {
        let selector = self.workload().map(|(_, workload)| &workload["spec"]["selector"]);
        let wanted = selector.and_then(|selector| selector["matchLabels"].as_object());
        wanted.is_some_and(|wanted| {
            let has = |(key, value): (&String, &Value)| labels.get(key).map(String::as_str) == value.as_str();
            !wanted.is_empty() && wanted.iter().all(has)
        })
    }

    fn workload(self) -> Option<(&'a ObjectKey, &'a Value)> {
        self.objects()
            .find(|(_, object)| object["spec"]["template"]["spec"].is_object())
    }
}
