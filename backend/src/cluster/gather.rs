//! The objects that may belong to one app, as they are.

use serde_json::Value;
use slipway_plan::ObjectKey;

use super::{Access, ApiPath, ClusterError};

/// Kinds of a namespace among which an app has what belongs to it: group and version, kind.
const KINDS: [(&str, &str); 6] = [
    ("v1", "Service"),
    ("networking.k8s.io/v1", "Ingress"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    (
        "autoscaling.alibabacloud.com/v1beta1",
        "CronHorizontalPodAutoscaler",
    ),
    ("v1", "PersistentVolumeClaim"),
];

/// Kinds that set the number of pods.
const AUTOSCALERS: [(&str, &str); 2] = [KINDS[3], KINDS[4]];

/// Kinds that run pods.
const WORKLOADS: [(&str, &str); 5] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
];

/// What was found for one app.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The workload, and everything of its namespace that may belong to it.
    pub objects: Vec<Value>,
    /// Kinds that could not be looked at, each with the reason.
    pub unseen: Vec<(String, String)>,
}

impl Access {
    /// A workload, and the objects of its namespace that may belong to it. Secrets are not among them. A kind that the
    /// cluster lacks has no objects; one that may not be read is named.
    pub async fn gather(&self, workload: &ObjectKey) -> Result<Gathered, ClusterError> {
        let namespace = workload.namespace.as_deref().unwrap_or_default();
        let workload: Value = self.object(workload).await?;
        let mut gathered = Gathered {
            objects: vec![workload],
            ..Gathered::default()
        };
        for (api_version, kind) in KINDS {
            match self.all_of(api_version, kind, namespace).await {
                Ok(objects) => gathered.objects.extend(objects),
                Err(ClusterError::Missing { .. }) => {}
                Err(ClusterError::Forbidden { message }) => gathered.unseen.push((kind.to_owned(), message)),
                Err(error) => return Err(error),
            }
        }
        self.add_volumes(&mut gathered).await?;
        Ok(gathered)
    }

    /// Whether an autoscaler sets the number of pods of a workload. Where they may not be read, one may.
    pub async fn has_autoscaler(&self, key: &ObjectKey) -> Result<bool, ClusterError> {
        let namespace = key.namespace.as_deref().unwrap_or_default();
        let scalers = match self
            .all_of("autoscaling/v2", "HorizontalPodAutoscaler", namespace)
            .await
        {
            Err(ClusterError::Missing { .. }) => return Ok(false),
            Err(ClusterError::Forbidden { .. }) => return Ok(true),
            answer => answer?,
        };
        Ok(scalers.iter().any(|scaler| scales(scaler, key)))
    }

    /// The autoscalers of a workload, of all kinds that are known here, as far as they may be read. One that scales by a
    /// schedule may aim at another autoscaler, and is told by that.
    pub async fn autoscalers_of(&self, key: &ObjectKey) -> Result<Vec<Value>, ClusterError> {
        let namespace = key.namespace.as_deref().unwrap_or_default();
        let mut found = Vec::new();
        for (api_version, kind) in AUTOSCALERS {
            match self.all_of(api_version, kind, namespace).await {
                Ok(scalers) => found.extend(scalers.into_iter().filter(|scaler| scales(scaler, key))),
                Err(ClusterError::Missing { .. } | ClusterError::Forbidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The workloads of a namespace, to see who else uses what.
    pub async fn workloads(&self, namespace: &str) -> Result<Gathered, ClusterError> {
        let mut gathered = Gathered::default();
        for (api_version, kind) in WORKLOADS {
            match self.all_of(api_version, kind, namespace).await {
                Ok(objects) => gathered.objects.extend(objects),
                Err(ClusterError::Missing { .. }) => {}
                Err(ClusterError::Forbidden { message }) => gathered.unseen.push((kind.to_owned(), message)),
                Err(error) => return Err(error),
            }
        }
        Ok(gathered)
    }

    /// The objects of a kind in a namespace.
    async fn all_of(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
    ) -> Result<Vec<Value>, ClusterError> {
        let like = ObjectKey::namespaced(api_version, kind, namespace, "");
        let list: Value = self.get(&ApiPath::collection(&like)).await?;
        Ok(items(list, api_version, kind, namespace))
    }

    /// The volumes of the cluster that claims are bound to.
    async fn add_volumes(&self, gathered: &mut Gathered) -> Result<(), ClusterError> {
        let claims = gathered.objects.iter().filter(|object| {
            object["kind"] == "PersistentVolumeClaim" && object["spec"]["selector"].is_object()
        });
        let named = claims.filter_map(|claim| claim["spec"]["volumeName"].as_str());
        let wanted: Vec<String> = named.map(ToOwned::to_owned).collect();
        for name in wanted {
            match self
                .object::<Value>(&ObjectKey::cluster_wide("v1", "PersistentVolume", &name))
                .await
            {
                Ok(volume) => gathered.objects.push(volume),
                Err(ClusterError::Missing { .. }) => {}
                Err(ClusterError::Forbidden { message }) => {
                    gathered.unseen.push(("PersistentVolume".to_owned(), message));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether an autoscaler is that of a workload.
fn scales(scaler: &Value, key: &ObjectKey) -> bool {
    let target = &scaler["spec"]["scaleTargetRef"];
    target["kind"] == key.kind && target["name"] == key.name
}

/// The objects of a list that are in the namespace that was asked for. A list leaves out in each what it says once.
fn items(mut list: Value, api_version: &str, kind: &str, namespace: &str) -> Vec<Value> {
    let Some(Value::Array(mut items)) = list.get_mut("items").map(Value::take) else {
        return Vec::new();
    };
    items.retain(|item| item["metadata"]["namespace"] == namespace);
    for item in &mut items {
        item["apiVersion"] = api_version.into();
        item["kind"] = kind.into();
    }
    items
}
