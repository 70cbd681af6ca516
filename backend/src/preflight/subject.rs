//! What is to be checked: an app's objects as the cluster will see them, and its pods.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, PodSpec};
use serde::de::DeserializeOwned;
use slipway_api::CheckCode;
use slipway_model::App;
use slipway_model::app::{Job, Replicas, Workload};
use slipway_plan::{ObjectKey, Plan, PlannedObject};

use super::own::Own;
use super::{FieldMap, Whole, pod_of};

/// An object, and the fields its parts come from.
pub(super) struct Part<'a> {
    /// The object.
    pub(super) object: &'a PlannedObject,
    /// The fields.
    pub(super) fields: FieldMap,
}

/// What is to be checked.
pub(super) struct Subject<'a> {
    /// The namespace.
    pub(super) namespace: &'a str,
    /// Everything that is planned.
    pub(super) plan: &'a Plan,
    /// What will be made.
    pub(super) parts: Vec<Part<'a>>,
    /// A pod as the workload makes it.
    pub(super) pod: Pod,
    /// The fields behind the parts of the pod.
    pub(super) fields: FieldMap,
    /// How many pods there are at first, and at the most.
    pub(super) pods: Pods,
    /// What the app consists of already.
    pub(super) own: Own<'a>,
    /// Whether the only pod has another one beside it while it is replaced.
    pub(super) adds_a_pod: bool,
    /// Whether the pods that are there are replaced by new ones.
    pub(super) replaces_pods: bool,
}

/// How many pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pods {
    /// The most at once.
    pub(super) most: u32,
    /// The field that says so.
    pub(super) field: &'static str,
}

impl<'a> Subject<'a> {
    pub(super) fn of(app: &'a App, plan: &'a Plan) -> Self {
        let part = |object: &'a PlannedObject| Part {
            fields: FieldMap::of(app, object),
            object,
        };
        let parts: Vec<Part> = plan.made().map(part).collect();
        let template = parts
            .iter()
            .find_map(|part| Some((pod_of(part.object)?.1, part.fields.of_pod())));
        let (pod, fields) = template.unwrap_or_default();
        Self {
            namespace: app.namespace.as_str(),
            plan,
            // The plan has built it from just these structs.
            pod: serde_json::from_value(pod).unwrap_or_default(),
            parts,
            fields,
            pods: Pods::of(app),
            adds_a_pod: adds_a_pod(app),
            own: Own::default(),
            replaces_pods: false,
        }
    }

    /// The same for an app that is there.
    pub(super) fn changing(whole: Whole<'a>, replaces_pods: bool) -> Self {
        Self {
            own: Own::of(whole.objects),
            replaces_pods,
            ..Self::of(whole.app, whole.plan)
        }
    }

    /// Whether an object of this kind and name is the app's own, or will be.
    pub(super) fn is_ours(&self, kind: &str, name: &str) -> bool {
        self.makes(kind, name) || self.own.has(kind, name)
    }

    /// The address of the workload.
    pub(super) fn workload(&self) -> Option<&ObjectKey> {
        let mut objects = self.parts.iter().map(|part| part.object);
        objects
            .find(|object| pod_of(object).is_some())
            .map(|object| &object.key)
    }

    /// Whether there is anything that a check would look at.
    pub(super) fn concerns(&self, code: CheckCode) -> bool {
        let plans = |kind: &str| self.parts.iter().any(|part| part.object.key.kind == kind);
        let pod = self.pod.spec.as_ref();
        match code {
            CheckCode::Hosts => plans("Ingress") || plans("HTTPRoute"),
            CheckCode::IngressClass | CheckCode::Tls => plans("Ingress"),
            CheckCode::LoadBalancer => plans("Service"),
            CheckCode::Metrics => plans("HorizontalPodAutoscaler"),
            CheckCode::StorageClasses => !self.claims().is_empty(),
            CheckCode::Claims => !self.mounted_claims().is_empty(),
            CheckCode::ServiceAccount => pod.is_some_and(|pod| pod.service_account_name.is_some()),
            _ => true,
        }
    }

    /// What the pod is made of.
    pub(super) fn spec(&self) -> PodSpec {
        self.pod.spec.clone().unwrap_or_default()
    }

    /// The planned objects of a kind.
    pub(super) fn of_kind<'s, T: DeserializeOwned>(
        &'s self,
        kind: &'s str,
    ) -> impl Iterator<Item = (T, &'s Part<'a>)> {
        let parts = self.parts.iter().filter(move |part| part.object.key.kind == kind);
        parts.filter_map(|part| {
            let body = part.object.body.value().clone();
            Some((serde_json::from_value(body).ok()?, part))
        })
    }

    /// The claims that will be made: at once, or, by a `StatefulSet`, for each pod. With the path and the fields.
    pub(super) fn claims(&self) -> Vec<(PersistentVolumeClaim, String, &Part<'a>, bool)> {
        let once = self
            .of_kind("PersistentVolumeClaim")
            .map(|(claim, part)| (claim, String::new(), part, false));
        let sets = self.of_kind::<k8s_openapi::api::apps::v1::StatefulSet>("StatefulSet");
        let each = sets.flat_map(|(set, part)| {
            let templates = set.spec.and_then(|spec| spec.volume_claim_templates);
            let templates = templates.unwrap_or_default().into_iter().enumerate();
            templates.map(move |(index, claim)| {
                let path = format!("spec.volumeClaimTemplates[{index}].");
                (claim, path, part, true)
            })
        });
        once.chain(each).collect()
    }

    /// The claims that all pods mount by their name, and which volume does. What a `StatefulSet` makes for each pod is none
    /// of them, although the pod that stands for all has a volume for it.
    pub(super) fn mounted_claims(&self) -> Vec<(String, usize)> {
        let each: BTreeSet<String> = self
            .claims()
            .into_iter()
            .filter_map(|(claim, _, _, each)| claim.metadata.name.filter(|_| each))
            .collect();
        let volumes = self
            .pod
            .spec
            .iter()
            .flat_map(|spec| spec.volumes.iter().flatten());
        let named = volumes.enumerate().filter_map(|(index, volume)| {
            let claim = volume.persistent_volume_claim.as_ref()?;
            let is_made = each.contains(&volume.name);
            (!is_made).then(|| (claim.claim_name.clone(), index))
        });
        named.collect()
    }

    /// The address of an object in the namespace.
    pub(super) fn key(&self, api_version: &str, kind: &str, name: &str) -> ObjectKey {
        ObjectKey::namespaced(api_version, kind, self.namespace, name)
    }

    /// Whether an object of this kind and name is among those that will be made.
    pub(super) fn makes(&self, kind: &str, name: &str) -> bool {
        let mut keys = self.parts.iter().map(|part| &part.object.key);
        keys.any(|key| key.kind == kind && key.name == name)
    }
}

fn adds_a_pod(app: &App) -> bool {
    let Workload::Deployment(deployment) = &app.workload else {
        return false;
    };
    let surges = |pods| matches!(deployment.surge_and_missing(pods), Some((1.., _)));
    Pods::of(app).most == 1 && surges(1)
}

impl Pods {
    fn of(app: &App) -> Self {
        let of_job = |job: &Job, field| Self {
            most: job.completions.map_or(job.parallelism, |completions| {
                job.parallelism.min(completions.max(1))
            }),
            field,
        };
        match &app.workload {
            Workload::Job(job) => return of_job(job, "workload.job.parallelism"),
            Workload::CronJob(cron) => return of_job(&cron.job, "workload.job.parallelism"),
            Workload::Deployment(_) | Workload::StatefulSet(_) => {}
        }
        let typed = match &app.replicas {
            Replicas::Fixed(most) => Self {
                most: *most,
                field: "basics.replicas",
            },
            Replicas::Autoscaled(scaling) => Self {
                most: scaling.max,
                field: "scaling.metric.max",
            },
        };
        let timed = app.timed.iter().flat_map(|timed| &timed.jobs);
        match timed.map(|job| job.replicas).max() {
            Some(most) if most > typed.most => Self {
                most,
                field: "scaling.timed.jobs",
            },
            _ => typed,
        }
    }
}
