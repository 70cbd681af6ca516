//! The Deployment.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use slipway_model::App;
use slipway_model::app::Replicas;

use crate::{Manifest, ObjectKey, Ownership, PlannedObject, pod};

/// The Deployment of an app.
pub(crate) fn planned(app: &App, ownership: &Ownership) -> PlannedObject {
    let (fixed, start) = match &app.replicas {
        Replicas::Fixed(replicas) => (Some(*replicas), None),
        Replicas::Autoscaled(scaling) => (None, Some(scaling.start)),
    };
    let deployment = Deployment {
        metadata: ownership.metadata(app.name.as_str(), labels(app)),
        spec: Some(DeploymentSpec {
            replicas: fixed.and_then(|replicas| i32::try_from(replicas).ok()),
            selector: ownership.label_selector(),
            template: pod::template(app, ownership),
            ..DeploymentSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("apps/v1", "Deployment", &app.namespace, &app.name);
    PlannedObject {
        start_replicas: start,
        ..PlannedObject::new(key, Manifest::of(&deployment))
    }
}

/// The labels of the workload: `app: <name>` as the guide sets it, unless the user says otherwise, then the user's.
fn labels(app: &App) -> impl Iterator<Item = (String, String)> {
    let default = ("app".to_owned(), app.name.to_string());
    let typed = app
        .labels
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()));
    std::iter::once(default).chain(typed)
}
