//! The objects that may belong to one app, as they are.

use serde_json::Value;
use slipway_plan::ObjectKey;

use super::{Access, ClusterError};

/// Kinds of a namespace among which an app has what belongs to it: group and version, kind, plural.
const KINDS: [(&str, &str, &str); 6] = [
    ("v1", "Service", "services"),
    ("networking.k8s.io/v1", "Ingress", "ingresses"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes"),
    (
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
    ),
    (
        "autoscaling.alibabacloud.com/v1beta1",
        "CronHorizontalPodAutoscaler",
        "cronhorizontalpodautoscalers",
    ),
    ("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
];

/// Kinds that run pods.
const WORKLOADS: [(&str, &str, &str); 5] = [
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "StatefulSet", "statefulsets"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("batch/v1", "Job", "jobs"),
    ("batch/v1", "CronJob", "cronjobs"),
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
    pub async fn gather(
        &self,
        namespace: &str,
        (api_version, plural): (&str, &str),
        name: &str,
    ) -> Result<Gathered, ClusterError> {
        let workload: Value = self
            .get(&format!("{}/{name}", list_path(api_version, namespace, plural)))
            .await?;
        let mut gathered = Gathered {
            objects: vec![workload],
            ..Gathered::default()
        };
        for (api_version, kind, plural) in KINDS {
            match self
                .get::<Value>(&list_path(api_version, namespace, plural))
                .await
            {
                Ok(list) => gathered.objects.extend(items(list, api_version, kind)),
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
        let path = list_path("autoscaling/v2", namespace, "horizontalpodautoscalers");
        let list: Value = match self.get(&path).await {
            Err(ClusterError::Missing { .. }) => return Ok(false),
            Err(ClusterError::Forbidden { .. }) => return Ok(true),
            answer => answer?,
        };
        let mut targets = list["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|scaler| &scaler["spec"]["scaleTargetRef"]);
        Ok(targets.any(|target| target["kind"] == key.kind && target["name"] == key.name))
    }

    /// The workloads of a namespace, to see who else uses what.
    pub async fn workloads(&self, namespace: &str) -> Result<Gathered, ClusterError> {
        let mut gathered = Gathered::default();
        for (api_version, kind, plural) in WORKLOADS {
            match self
                .get::<Value>(&list_path(api_version, namespace, plural))
                .await
            {
                Ok(list) => gathered.objects.extend(items(list, api_version, kind)),
                Err(ClusterError::Missing { .. }) => {}
                Err(ClusterError::Forbidden { message }) => gathered.unseen.push((kind.to_owned(), message)),
                Err(error) => return Err(error),
            }
        }
        Ok(gathered)
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
                .get::<Value>(&format!("/api/v1/persistentvolumes/{name}"))
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

fn list_path(api_version: &str, namespace: &str, plural: &str) -> String {
    let root = if api_version.contains('/') { "apis" } else { "api" };
    format!("/{root}/{api_version}/namespaces/{namespace}/{plural}")
}

/// The objects of a list, which leaves out in each what it says once.
fn items(mut list: Value, api_version: &str, kind: &str) -> Vec<Value> {
    let Some(Value::Array(mut items)) = list.get_mut("items").map(Value::take) else {
        return Vec::new();
    };
    for item in &mut items {
        item["apiVersion"] = api_version.into();
        item["kind"] = kind.into();
    }
    items
}
