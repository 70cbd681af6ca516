//! What the cluster refuses, or does not do, is told at its field or by the name of what stands in the way, with the way
//! out; and after a change it is told where the object is not what was asked for.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};
use slipway_api::{OperationView, Problem};

use super::{apply, deployment, image, of_service, seen, service, service_now, told, web};
use crate::stage::{Stage, succeeded};

fn recreate(stage: &Stage, kind: &str, name: &str) -> Value {
    let api_version = if kind == "Service" { "v1" } else { "apps/v1" };
    json!({ "recreate": [{ "api_version": api_version, "kind": kind, "namespace": stage.namespace, "name": name }] })
}

#[tokio::test]
async fn what_only_a_load_balancer_may_have_is_named_and_goes_with_it() {
    let stage = Stage::new().await;
    let ranges = json!({ "type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"] });
    apply(&stage, &[deployment("web", &web()), service(&ranges)]).await;
    let draft = stage.opened("web").await;
    let kind = of_service(&draft, "kind");
    let draft = stage.edited(&draft, &[(&kind, "ClusterIP")]).await;

    let view = seen(&stage, &draft).await;
    let refused: Problem = stage.submit(&draft, "not agreed").await.json(422);

    let in_the_way = told(&view.issues, "kept_in_the_way");
    assert_eq!(in_the_way.len(), 1, "{:#?}", view.issues);
    assert_eq!(in_the_way[0].1["path"], "spec.loadBalancerSourceRanges");
    assert_eq!(told(&refused.issues, "kept_in_the_way"), in_the_way);
    let path = "spec.loadBalancerSourceRanges";
    let object =
        json!({ "api_version": "v1", "kind": "Service", "namespace": stage.namespace, "name": "web" });
    let consent = json!({ "remove": [{ "object": object, "path": path }] });
    let started: OperationView = stage.submit_with(&draft, "agreed", &consent).await.json(202);
    succeeded(&stage.ended(&started.id).await);
    let now = service_now(&stage).await;
    assert_eq!(now["spec"]["type"], "ClusterIP");
    assert!(now["spec"]["loadBalancerSourceRanges"].is_null());
}

#[tokio::test]
async fn a_service_becomes_headless_or_not_only_by_being_made_anew() {
    for headless in [true, false] {
        let stage = Stage::new().await;
        let mut spec = json!({ "sessionAffinity": "ClientIP" });
        if headless {
            spec["clusterIP"] = json!("None");
        }
        apply(&stage, &[deployment("web", &web()), service(&spec)]).await;
        let draft = stage.opened("web").await;
        let field = of_service(&draft, "headless");
        let draft = stage
            .edited(&draft, &[(&field, if headless { "" } else { "true" })])
            .await;
        let before = service_now(&stage).await;

        let view = seen(&stage, &draft).await;
        let fixed = told(&view.issues, "immutable");
        assert_eq!(
            fixed.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
            [field.as_str()],
            "{:#?}",
            view.issues
        );
        let consent = recreate(&stage, "Service", "web");
        let started: OperationView = stage.submit_with(&draft, "anew", &consent).await.json(202);

        succeeded(&stage.ended(&started.id).await);
        let after = service_now(&stage).await;
        assert_eq!(after["spec"]["clusterIP"] == "None", !headless);
        assert_ne!(after["metadata"]["uid"], before["metadata"]["uid"]);
        assert_eq!(
            after["spec"]["sessionAffinity"], "ClientIP",
            "what the form does not show is kept"
        );
    }
}

#[tokio::test]
async fn a_check_that_the_form_does_not_show_makes_room_for_another_one() {
    let stage = Stage::new().await;
    let mut container = web();
    container["readinessProbe"] = json!({ "grpc": { "port": 9000 } });
    apply(&stage, &[deployment("web", &container)]).await;
    let draft = stage.opened("web").await;
    let at = format!("containers.{}.readiness", draft.content.containers[0].id);
    let changes = [("enabled", "true"), ("kind", "tcp"), ("port", "80")]
        .map(|(leaf, text)| (format!("{at}.{leaf}"), text));
    let changes: Vec<(&str, &str)> = changes
        .iter()
        .map(|(field, text)| (field.as_str(), *text))
        .collect();
    let draft = stage.edited(&draft, &changes).await;

    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    let now = stage.deployment("web").await;
    let probe = &now["spec"]["template"]["spec"]["containers"][0]["readinessProbe"];
    assert_eq!(probe["tcpSocket"]["port"], 80);
    assert!(probe["grpc"].is_null());
}

#[tokio::test]
async fn the_size_of_a_claim_template_is_blamed_and_the_way_out_leads_there() {
    let stage = Stage::new().await;
    let mut container = web();
    container["volumeMounts"] = json!([{ "name": "data", "mountPath": "/data" }]);
    let mut set = deployment("db", &container);
    set["kind"] = json!("StatefulSet");
    set["spec"]["serviceName"] = json!("db");
    set["spec"]["volumeClaimTemplates"] = json!([{ "metadata": { "name": "data" },
        "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } } }]);
    apply(&stage, &[set]).await;
    let path = slipway_api::paths::app_drafts(&stage.slug(), &stage.namespace, "statefulset", "db");
    let draft: slipway_api::DraftView = stage.dev().post_empty(&path).await.json(201);
    let size = format!("volumes.{}.size", draft.content.volumes[0].id);
    let draft = stage
        .edited(
            &draft,
            &[(&size, "2Gi"), (&image(&draft), "registry.example.com/web:2")],
        )
        .await;

    let view = seen(&stage, &draft).await;

    let fixed = told(&view.issues, "immutable");
    assert_eq!(
        fixed.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
        [size.as_str()],
        "{:#?}",
        view.issues
    );
    let consent = recreate(&stage, "StatefulSet", "db");
    let started: OperationView = stage.submit_with(&draft, "anew", &consent).await.json(202);
    succeeded(&stage.ended(&started.id).await);
    let now = json!(stage.api::<StatefulSet>().get("db").await.unwrap());
    assert_eq!(
        now["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"],
        "2Gi"
    );
}

/// The cloud controller manager of Alibaba Cloud (`eeb0ddc6`) says "can not change `LoadBalancer` `AddressType` once created",
/// in an event, for ever.
#[tokio::test]
async fn a_load_balancer_moves_between_public_and_private_only_by_being_made_anew() {
    let stage = Stage::new().await;
    apply(
        &stage,
        &[
            deployment("web", &web()),
            service(&json!({ "type": "LoadBalancer" })),
        ],
    )
    .await;
    let address = crate::support::eventually("it has an address", async || {
        let now = service_now(&stage).await;
        let address = &now["status"]["loadBalancer"]["ingress"][0]["ip"];
        address.as_str().map(ToOwned::to_owned)
    })
    .await;
    let draft = stage.opened("web").await;
    let reach = of_service(&draft, "reach");
    assert_eq!(draft.content.leaf(&reach).unwrap().text(), "", "nothing says it");
    let draft = stage.edited(&draft, &[(&reach, "private")]).await;

    let view = seen(&stage, &draft).await;

    let lost = view
        .consequences
        .iter()
        .find(|told| told.code == "address_released");
    assert_eq!(
        lost.and_then(|told| told.params.get("address"))
            .map(String::as_str),
        Some(address.as_str())
    );
    let fixed = told(&view.issues, "immutable");
    assert_eq!(
        fixed.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
        [reach.as_str()],
        "{:#?}",
        view.issues
    );
    let started: OperationView = stage
        .submit_with(&draft, "anew", &recreate(&stage, "Service", "web"))
        .await
        .json(202);
    succeeded(&stage.ended(&started.id).await);
    let now = service_now(&stage).await;
    let annotations = &now["metadata"]["annotations"];
    assert_eq!(
        annotations["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type"],
        "intranet"
    );
}

#[tokio::test]
async fn what_the_cluster_has_not_taken_is_told_at_its_field() {
    let stage = Stage::new().await;
    apply(&stage, &[deployment("web", &web())]).await;
    // Somebody's policy writes another image than was asked for, whoever asks.
    rewrite_images(&stage).await;
    let draft = stage.opened("web").await;
    let field = image(&draft);
    let draft = stage
        .edited(&draft, &[(&field, "registry.example.com/web:2")])
        .await;

    let view = seen(&stage, &draft).await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    for issues in [&view.issues, &operation.issues] {
        let not_taken = told(issues, "not_taken");
        assert_eq!(not_taken.len(), 1, "{issues:#?}");
        assert_eq!(not_taken[0].0, field);
        assert_eq!(not_taken[0].1["wanted"], "registry.example.com/web:2");
        assert_eq!(not_taken[0].1["found"], "registry.example.com/policy:1");
    }
}

/// A mutating policy of the namespace.
async fn rewrite_images(stage: &Stage) {
    let name = format!("images-{}", stage.namespace);
    let expression = "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: \
                      [Object.spec.template.spec.containers{name: \"web\", image: \"registry.example.com/policy:1\"}]}}}}";
    let kinds = json!([{ "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments"] }]);
    let here = json!({ "matchLabels": { "kubernetes.io/metadata.name": stage.namespace } });
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": { "name": name },
        "spec": {
            "matchConstraints": { "resourceRules": kinds, "namespaceSelector": here },
            "failurePolicy": "Fail", "reinvocationPolicy": "Never",
            "mutations": [{ "patchType": "ApplyConfiguration", "applyConfiguration": { "expression": expression } }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": { "name": name },
        "spec": { "policyName": name },
    });
    for object in [policy, binding] {
        let kind = kube::api::GroupVersionKind::gvk(
            "admissionregistration.k8s.io",
            "v1",
            object["kind"].as_str().unwrap(),
        );
        let resource = kube::api::ApiResource::from_gvk(&kind);
        let api: kube::Api<kube::api::DynamicObject> = kube::Api::all_with(stage.kube.clone(), &resource);
        let object = serde_json::from_value(object).unwrap();
        api.create(&kube::api::PostParams::default(), &object)
            .await
            .unwrap();
    }
    // A policy is known some time after it was made.
    crate::support::eventually("the policy is known", async || {
        let touch = json!({ "metadata": { "annotations": { "touched": "yes" } } });
        let params = PatchParams {
            dry_run: true,
            ..PatchParams::default()
        };
        let deployments = stage.api::<Deployment>();
        let now = json!(
            deployments
                .patch("web", &params, &Patch::Merge(touch))
                .await
                .unwrap()
        );
        let image = &now["spec"]["template"]["spec"]["containers"][0]["image"];
        (image == "registry.example.com/policy:1").then_some(())
    })
    .await;
}
