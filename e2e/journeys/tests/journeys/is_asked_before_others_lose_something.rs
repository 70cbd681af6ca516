//! A change that others would lose something by says so first, and is made only when each of that is agreed to.

use journeys::pages::{Wizard, sign_in};
use journeys::{SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};

use crate::objects::object;
use crate::{running, somebody_else};

#[tokio::test]
async fn takes_over_what_somebody_else_has_set() {
    journey("takes_over_what_somebody_else_has_set", async |journey| {
        let namespace = journey.cluster.namespace("takes-over").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        let wizard = running::edit(&page).await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;
        running::save(&page, &wizard).await?;
        somebody_else::sets_the_image(&client, (&namespace, "shop"), "nginx:theirs").await?;
        running::open(&page, &running::href(&namespace, "shop")).await?;
        let wizard = running::edit(&page).await?;
        running::change_image(&page, &wizard, "nginx:1.29").await?;

        let told = page.says("#review", "Decisions to make", SOON).await?;
        assert!(told.contains("was set by kubectl-edit"), "{told}");
        page.is_sound("wizard-take-over").await?;
        page.click("#take-over-0").await?;
        running::save(&page, &wizard).await?;
        let taken = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&taken), &json!("nginx:1.29"));

        somebody_else::sets_the_image(&client, (&namespace, "shop"), "nginx:theirs").await?;
        running::open(&page, &running::href(&namespace, "shop")).await?;
        running::history(&page).await?;
        page.press("main", "Roll back to revision 1").await?;
        page.says("main", "Decisions to make", SOON).await?;
        assert!(page.has("#roll-back[disabled]").await?, "it is asked first");
        page.is_sound("app-roll-back-asks").await?;
        page.click("#take-over-0").await?;
        page.click("#roll-back").await?;
        page.says("main", "Every object is as it was", SOON).await?;
        let back = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&back), &json!("nginx:1.27"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn makes_anew_what_the_cluster_does_not_let_change() {
    journey(
        "makes_anew_what_the_cluster_does_not_let_change",
        async |journey| {
            let namespace = journey.cluster.namespace("makes-anew").await?;
            let page = journey.page();
            sign_in(journey, &page).await?;
            let mut draft = running::draft(&namespace, "shop");
            draft["basics"]["kind"] = json!("StatefulSet");
            running::created(&page, draft).await?;
            page.says(".wizard-done", "does not show the pods of this type", SOON)
                .await?;
            let drafts = format!("/api/v1/clusters/local/apps/{namespace}/statefulset/shop/drafts");
            let answer = page.ask("POST", &drafts, json!({}), None).await?;
            let opened: Value = serde_json::from_str(&answer.body)?;
            let id = opened["id"].as_str().unwrap_or_default();
            // The form has no field for it.
            let mut content = opened["content"].clone();
            content["workload"]["stateful"]["pod_management"] = json!("Parallel");
            let seen = json!({ "if-match": "\"1\"" });
            let body = Some(json!({ "content": content }));
            let answer = page
                .ask("PUT", &format!("/api/v1/drafts/{id}"), seen, body)
                .await?;
            anyhow::ensure!(answer.status == 200, "{answer:?}");
            let wizard = Wizard::reopen(&page, id).await?;

            page.says("#review", "Decisions to make", SOON).await?;
            page.find("#recreate-0").await?;
            page.is_sound("wizard-make-anew").await?;
            page.click("#recreate-0").await?;
            running::save(&page, &wizard).await?;
            page.is_sound("wizard-made-anew").await
        },
    )
    .await;
}

#[tokio::test]
async fn is_told_who_else_looks_after_an_app() {
    journey("is_told_who_else_looks_after_an_app", async |journey| {
        let namespace = journey.cluster.namespace("looked-after").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        let labels = json!({ "app": "theirs" });
        let theirs = json!({
            "metadata": { "name": "theirs", "labels": { "argocd.argoproj.io/instance": "shop" } },
            "spec": { "replicas": 1, "selector": { "matchLabels": labels }, "template": {
                "metadata": { "labels": labels },
                "spec": { "containers": [{ "name": "theirs", "image": "nginx:1.27",
                    "lifecycle": { "preStop": { "sleep": { "seconds": 3 } } } }] } } },
        });
        let deployments: Api<Deployment> = Api::namespaced(client, &namespace);
        deployments
            .create(&PostParams::default(), &serde_json::from_value(theirs)?)
            .await?;

        running::open(&page, &running::href(&namespace, "theirs")).await?;
        page.says("main", "Argo CD shop looks after this app", SOON)
            .await?;
        page.is_sound("app-managed").await?;
        page.press("main", "Prepare a change to export").await?;
        let wizard = Wizard::opened(&page).await?;
        page.says("#review", "Slipway did not create this app", SOON)
            .await?;
        page.is_sound("wizard-foreign").await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;
        page.says("#review", "Export the change", SOON).await?;
        page.is_sound("wizard-managed").await?;
        running::save(&page, &wizard).await
    })
    .await;
}
