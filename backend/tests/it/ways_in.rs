//! How requests reach an app: by an Ingress or by a route of the Gateway API, as the app has it.

use std::sync::Arc;

use k8s_openapi::api::networking::v1::IngressClass;
use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::Api;
use kube::api::{ApiResource, DynamicObject, PostParams};
use local_cluster::{Cluster, Options};
use serde_json::{Value, json};
use slipway_api::{ChangesView, OperationView, paths};

use crate::server_rights::serve_gateways;
use crate::stage::{Stage, Stands, allow, succeeded};
use crate::support::{Namespace, server_account};

/// The kind of routes.
fn routes() -> ApiResource {
    ApiResource {
        group: "gateway.networking.k8s.io".to_owned(),
        version: "v1".to_owned(),
        api_version: "gateway.networking.k8s.io/v1".to_owned(),
        kind: "HTTPRoute".to_owned(),
        plural: "httproutes".to_owned(),
    }
}

/// A stage on a cluster with an `IngressClass` and the kinds of the Gateway API, whose member may write routes.
async fn stage() -> Stage {
    let options = Options {
        nodes: 1,
        metrics: false,
        ..Options::default()
    };
    let cluster = Arc::new(Cluster::start(options).await.unwrap());
    serve_gateways(&cluster).await;
    let kube = cluster.client().await.unwrap();
    let class = json!({ "metadata": { "name": "plain" }, "spec": { "controller": "example.com/ingress" } });
    let classes: Api<IngressClass> = Api::all(kube.clone());
    classes
        .create(&PostParams::default(), &serde_json::from_value(class).unwrap())
        .await
        .unwrap();
    let role = json!({
        "metadata": { "name": "routes" },
        "rules": [
            { "apiGroups": ["gateway.networking.k8s.io"], "resources": ["httproutes"], "verbs": ["*"] },
            { "apiGroups": [""], "resources": ["services"], "verbs": ["list"] },
        ],
    });
    let roles: Api<ClusterRole> = Api::all(kube.clone());
    roles
        .create(&PostParams::default(), &serde_json::from_value(role).unwrap())
        .await
        .unwrap();
    let kubeconfig = server_account(&cluster, "slipway", None).await;
    let stage = Stage::on(Stands::Alone(cluster), kubeconfig).await;
    allow(&kube, &stage.namespace, "shop-dev", "routes").await;
    stage
}

/// An app with a route at two Gateways, one of which listens in a section of its own.
async fn routed(stage: &Stage) -> Api<DynamicObject> {
    let namespace = Namespace::of(&stage.cluster, &stage.namespace).await;
    namespace.deployment("web", "web:1", 1).await;
    namespace.service("web", "web", "ClusterIP").await;
    let api: Api<DynamicObject> = Api::namespaced_with(stage.kube.clone(), &stage.namespace, &routes());
    let route = json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": { "name": "web" },
        "spec": {
            "parentRefs": [
                { "name": "inside", "namespace": "gateways" },
                { "name": "outside", "namespace": "gateways", "sectionName": "https" },
            ],
            "hostnames": ["web.example.com"],
            "rules": [{
                "matches": [{ "path": { "type": "PathPrefix", "value": "/" } }],
                "backendRefs": [{ "name": "web", "port": 80 }],
            }],
        },
    });
    api.create(&PostParams::default(), &serde_json::from_value(route).unwrap())
        .await
        .unwrap();
    api
}

async fn spec(api: &Api<DynamicObject>) -> Option<Value> {
    let found = api.get_opt("web").await.unwrap();
    found.map(|route| route.data["spec"].clone())
}

#[tokio::test]
async fn a_route_stays_a_route_and_is_moved_only_where_somebody_says_so() {
    let stage = stage().await;
    let api = routed(&stage).await;
    let mut wanted = spec(&api).await.unwrap();
    let draft = stage.opened("web").await;
    let row = &draft.content.ingresses[0];
    assert_eq!((row.kind.text(), row.gateways.len()), ("HTTPRoute", 2));
    let (at, host) = (format!("ingresses.{}", row.id), row.rules[0].id);

    let draft = stage
        .edited(
            &draft,
            &[(&format!("{at}.rules.{host}.host"), "shop.example.com")],
        )
        .await;
    let seen: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    succeeded(&stage.changed(&draft).await);

    let kinds = |view: &ChangesView| -> Vec<String> {
        let objects = view.objects.iter();
        objects.map(|change| change.object.kind.clone()).collect()
    };
    assert_eq!(kinds(&seen), ["HTTPRoute"]);
    wanted["hostnames"] = json!(["shop.example.com"]);
    assert_eq!(spec(&api).await, Some(wanted));
    let ingresses = async || {
        let api: Api<k8s_openapi::api::networking::v1::Ingress> = stage.api();
        api.list(&kube::api::ListParams::default())
            .await
            .unwrap()
            .items
            .len()
    };
    assert_eq!(ingresses().await, 0);

    let draft = stage.opened("web").await;
    let draft = stage.edited(&draft, &[(&format!("{at}.kind"), "Ingress")]).await;
    let seen: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    let mut both = kinds(&seen);
    both.sort();
    assert_eq!(both, ["HTTPRoute", "Ingress"], "one comes, the other goes");
    // What somebody else has made goes only where that is agreed to.
    let route = seen
        .objects
        .iter()
        .find(|change| change.object.kind == "HTTPRoute");
    let consent = json!({ "delete": [route.unwrap().object] });
    let started: OperationView = stage.submit_with(&draft, "moved", &consent).await.json(202);
    succeeded(&stage.ended(&started.id).await);

    assert_eq!((spec(&api).await, ingresses().await), (None, 1));
}
