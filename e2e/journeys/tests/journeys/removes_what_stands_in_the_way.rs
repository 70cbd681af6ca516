//! Somebody changes an app of somebody else: a field that the form does not show stands in the way and goes only when it is
//! ticked, and what a policy of the cluster made otherwise is told.

use journeys::pages::{Wizard, sign_in};
use journeys::{LONG, Page, SOON, journey, until};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::{Value, json};

use crate::objects::object;
use crate::running;

const NAME: &str = "theirs";

/// An app behind a load balancer that only some addresses may use.
async fn theirs(client: &Client, namespace: &str) -> anyhow::Result<()> {
    let labels = json!({ "app": NAME });
    let deployment = json!({
        "metadata": { "name": NAME, "labels": labels },
        "spec": { "replicas": 1, "selector": { "matchLabels": labels }, "template": {
            "metadata": { "labels": labels },
            "spec": { "containers": [{ "name": NAME, "image": "nginx:1.27" }] } } },
    });
    let service = json!({
        "metadata": { "name": NAME },
        "spec": { "type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"], "selector": labels,
                  "ports": [{ "port": 80 }] },
    });
    let params = PostParams::default();
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    deployments
        .create(&params, &serde_json::from_value(deployment)?)
        .await?;
    let services: Api<Service> = Api::namespaced(client.clone(), namespace);
    services
        .create(&params, &serde_json::from_value(service)?)
        .await?;
    Ok(())
}

/// A policy that writes its own image into every Deployment of a namespace that is changed.
async fn rewrites_images(client: &Client, namespace: &str) -> anyhow::Result<()> {
    let expression = "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: \
                      [Object.spec.template.spec.containers{name: \"theirs\", image: \"nginx:policy\"}]}}}}";
    let rule = json!({ "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments"] });
    let here = json!({ "matchLabels": { "kubernetes.io/metadata.name": namespace } });
    let policy = json!({
        "matchConstraints": { "resourceRules": [rule], "namespaceSelector": here },
        "failurePolicy": "Fail", "reinvocationPolicy": "Never",
        "mutations": [{ "patchType": "ApplyConfiguration", "applyConfiguration": { "expression": expression } }],
    });
    let binding = json!({ "policyName": namespace });
    for (kind, spec) in [
        ("MutatingAdmissionPolicy", policy),
        ("MutatingAdmissionPolicyBinding", binding),
    ] {
        let group = "admissionregistration.k8s.io";
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, "v1", kind));
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
        let object = json!({ "apiVersion": format!("{group}/v1"), "kind": kind, "metadata": { "name": namespace }, "spec": spec });
        api.create(&PostParams::default(), &serde_json::from_value(object)?)
            .await?;
    }
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    let dry = PatchParams {
        dry_run: true,
        ..PatchParams::default()
    };
    let touch = Patch::Merge(json!({ "metadata": { "annotations": { "touched": "yes" } } }));
    until("the policy is in effect", SOON, async || {
        let now = json!(deployments.patch(NAME, &dry, &touch).await?);
        Ok((running::image(&now) == "nginx:policy").then_some(()))
    })
    .await
}

/// Opens the app as a draft whose Service is for the cluster only, and answers its id.
async fn without_a_load_balancer(page: &Page, namespace: &str) -> anyhow::Result<String> {
    let drafts = format!("/api/v1/clusters/local/apps/{namespace}/deployment/{NAME}/drafts");
    let answer = page.ask("POST", &drafts, json!({}), None).await?;
    let opened: Value = serde_json::from_str(&answer.body)?;
    let id = opened["id"].as_str().unwrap_or_default().to_owned();
    let mut content = opened["content"].clone();
    content["services"][0]["kind"] = json!("ClusterIP");
    let body = Some(json!({ "content": content }));
    let path = format!("/api/v1/drafts/{id}");
    let answer = page
        .ask("PUT", &path, json!({ "if-match": "\"1\"" }), body)
        .await?;
    anyhow::ensure!(answer.status == 200, "{answer:?}");
    Ok(id)
}

#[tokio::test]
async fn removes_what_stands_in_the_way_only_when_it_is_ticked() {
    journey("removes_what_stands_in_the_way", async |journey| {
        let namespace = journey.cluster.namespace("in-the-way").await?;
        let client = journey.cluster.client().await?;
        theirs(&client, &namespace).await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::open(&page, &running::href(&namespace, NAME)).await?;
        let id = without_a_load_balancer(&page, &namespace).await?;
        let wizard = Wizard::reopen(&page, &id).await?;

        page.says("#review", "Decisions to make", SOON).await?;
        page.find("#remove-0").await?;
        page.is_sound("wizard-in-the-way").await?;
        page.click("#remove-0").await?;
        running::save(&page, &wizard).await?;

        let now = object::<Service>(&client, &namespace, NAME).await?;
        assert_eq!(now["spec"]["type"], "ClusterIP");
        assert!(now["spec"]["loadBalancerSourceRanges"].is_null(), "{now}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn is_told_what_a_policy_made_otherwise() {
    journey("is_told_what_a_policy_made_otherwise", async |journey| {
        let namespace = journey.cluster.namespace("otherwise").await?;
        let client = journey.cluster.client().await?;
        theirs(&client, &namespace).await?;
        rewrites_images(&client, &namespace).await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::open(&page, &running::href(&namespace, NAME)).await?;
        let wizard = running::edit(&page).await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;

        page.says("#review", "nginx:policy", SOON).await?;
        page.is_sound("wizard-otherwise").await?;
        wizard.ask_to_create().await?;
        page.says(".wizard-done", "nginx:policy", LONG).await?;
        page.says(".wizard-done", "the cluster made something otherwise", SOON)
            .await?;
        page.is_sound("wizard-made-otherwise").await?;
        page.click(".wizard-done__links a").await?;
        page.says("main", "nginx:policy", SOON).await?;
        page.is_sound("activity-otherwise").await
    })
    .await;
}
